wrk.headers["Connection"] = "close"
dofile(os.getenv("REPORT_LUA"))
