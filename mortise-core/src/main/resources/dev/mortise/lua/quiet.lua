-- The quiet period: after a start that may have lost writes, nobody is granted anything until every lease of before is
-- over. KEYS[2], if given, is the marker: run (run id of the process), until (ms), fresh (made by a client that found none),
-- used (a vote was given: only at a node of a quorum). Answers how long it still
-- lasts, 0 = not quiet. quietMs: its length.
local hasVoted
local function quietLeft(marker, quietMs)
  if not marker then return 0 end
  local m = redis.call('HMGET', marker, 'run', 'until', 'used')
  hasVoted = m[3]
  local run = runId()
  if m[1] ~= run then
    redis.call('HSET', marker, 'run', run, 'until', int(now() + quietMs))
    redis.call('HDEL', marker, 'fresh')
    return quietMs
  end
  return math.max(0, tonumber(m[2]) - now())
end
