-- One line for the runner: requests, errors of each kind, microseconds of the run, latency percentiles in microseconds.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FAIRLEAD %d %d %d %d %d %d %d %d %d %d %d\n",
    summary.requests, e.connect, e.read, e.write, e.status, e.timeout, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
