-- Which process this is. A part of its own, so that a test can stand in for a restart.
local function runId()
  local info = redis.call('INFO', 'server')
  local _, at = string.find(info, 'run_id:', 1, true)
  return string.match(info, '^%x+', at + 1)
end
