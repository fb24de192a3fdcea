#!lua
-- Boot: a client meets a server process. A marker that is missing is made, without a quiet period only by a client that
-- has never met this server; a client that knew another process makes the server quiet, also when a newcomer was first, and
-- as long as it is quiet prolongs that: until now it may have renewed its leases where it was.
-- KEYS  1 quiet marker
-- ARGV  1 run id this client knew before; '' = none; '?' = none, but others say that there was a server before; 2 quiet ms, of
--       which the marker keeps the longest that it was told
-- Returns {run id of this process, ms it stays quiet}
--@include clock.lua
--@include format.lua
--@include runid.lua
--@include quiet.lua
local m = redis.call('HMGET', KEYS[1], 'run', 'until', 'fresh', 'longest')
local run = runId()
local known = ARGV[1]
local before = tonumber(m[4] or 0)
local longest = math.max(before, tonumber(ARGV[2]))
local untilMs = tonumber(m[2] or 0)
local write = {'longest', int(longest)}
local function quietFrom(begin)
  untilMs = math.max(untilMs, begin + longest)
  write[#write + 1] = 'until'
  write[#write + 1] = int(untilMs)
end
if m[1] == run then
  if known ~= '' and known ~= '?' and known ~= run and (m[3] or untilMs > now()) then
    quietFrom(now())
    redis.call('HDEL', KEYS[1], 'fresh')
  elseif untilMs > now() and longest > before then
    -- It was to be as long from the beginning.
    quietFrom(untilMs - before)
  end
elseif m[1] or known ~= '' then
  untilMs = 0
  quietFrom(now())
  write[#write + 1] = 'run'
  write[#write + 1] = run
  redis.call('HDEL', KEYS[1], 'fresh')
else
  write = {'longest', int(longest), 'run', run, 'until', '0', 'fresh', '1'}
end
if #write > 2 or longest > before then redis.call('HSET', KEYS[1], unpack(write)) end
return {run, math.max(0, untilMs - now())}
