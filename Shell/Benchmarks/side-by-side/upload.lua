wrk.method = "POST"
wrk.body = string.rep("u", 65536)
dofile(os.getenv("REPORT_LUA"))
