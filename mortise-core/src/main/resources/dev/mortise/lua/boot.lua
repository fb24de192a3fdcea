#!lua
-- Boot: a client meets a server process. A marker that is missing is made, without a quiet period only by a client that
-- has never met this server; a client that knew another process makes the server quiet, also when a newcomer was first, and
-- as long as it is quiet prolongs that: until now it may have renewed its leases where it was.
-- KEYS  1 quiet marker
-- ARGV  1 run id this client knew before; '' = none; '?' = none, but others say that there was a server before; 2 quiet ms
-- Returns {run id of this process, ms it stays quiet}
--@include clock.lua
--@include record.lua
--@include runid.lua
--@include quiet.lua
local m = redis.call('HMGET', KEYS[1], 'run', 'until', 'fresh')
local run = runId()
local known = ARGV[1]
local untilMs
if m[1] == run then
  untilMs = tonumber(m[2])
  if known ~= '' and known ~= '?' and known ~= run and (m[3] or untilMs > now()) then
    untilMs = now() + tonumber(ARGV[2])
    redis.call('HSET', KEYS[1], 'until', int(untilMs))
    redis.call('HDEL', KEYS[1], 'fresh')
  end
elseif m[1] or known ~= '' then
  untilMs = now() + tonumber(ARGV[2])
  redis.call('HSET', KEYS[1], 'run', run, 'until', int(untilMs))
  redis.call('HDEL', KEYS[1], 'fresh')
else
  untilMs = 0
  redis.call('HSET', KEYS[1], 'run', run, 'until', '0', 'fresh', '1')
end
return {run, math.max(0, untilMs - now())}
