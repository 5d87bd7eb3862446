-- Shoppers for wrk: each request asks for the next path of a file, from an offset on.
-- wrk ... -s shoppers.lua URL -- PATHS OFFSET
local requests = {}
local last = 0

function init(args)
  local formatted = {}
  for path in io.lines(args[1]) do
    formatted[path] = formatted[path] or wrk.format("GET", path)
    requests[#requests + 1] = formatted[path]
  end
  last = tonumber(args[2]) % #requests
end

function request()
  last = last % #requests + 1
  return requests[last]
end

-- One line for the harness: requests, microseconds, failures, median and 99th percentile in microseconds.
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("shoppers %d %d %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
