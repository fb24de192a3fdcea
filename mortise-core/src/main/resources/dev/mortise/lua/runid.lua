-- Which process this is. A part of its own, so that a test can stand in for a restart.
local function runId()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end
