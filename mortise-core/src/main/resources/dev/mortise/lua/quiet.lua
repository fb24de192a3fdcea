-- The quiet period: after a start that may have lost writes, nobody is granted anything until every lease of before is
-- over. KEYS[2], if given, is the marker: run (run id of the process), until (ms), fresh (made by a client that found none),
-- used (a vote was given: only at a node of a quorum), longest (the longest period that a client told, ms: it counts for all).
-- Answers how long it still lasts, 0 = not quiet; the marker is read once a call. quietMs: its length, as this client has it.
local hasVoted, quietFor
local function quietLeft(marker, quietMs)
  if not marker then return 0 end
  if quietFor then return quietFor end
  local m = redis.call('HMGET', marker, 'run', 'until', 'used', 'longest')
  hasVoted = m[3]
  local run = runId()
  if m[1] ~= run then
    local longest = math.max(quietMs, tonumber(m[4] or 0))
    redis.call('HSET', marker, 'run', run, 'until', int(now() + longest), 'longest', int(longest))
    redis.call('HDEL', marker, 'fresh')
    quietFor = longest
  else
    quietFor = math.max(0, tonumber(m[2]) - now())
  end
  return quietFor
end
