#!lua flags=allow-oom
-- Resize: a semaphore in use gets another capacity. Whoever holds or waits goes on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 format:kind:capacity, 2 quiet ms
-- Returns 1 done; 0 nobody uses it, or it is something else
-- Invariant: no permit is granted above the capacity; whoever waits for more leaves the queue when its turn comes, or it asks.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local shape = ARGV[1]
load(redis.call('HGET', key, 'v'))
if not S.v or string.match(S.v, '^(.*:)%d+$') ~= string.match(shape, '^(.*:)%d+$') then return 0 end
expire()
if S.u == 0 and S.qn == 0 then
  flush(0)
  return 0
end
S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
settle('', quietLeft(KEYS[2], tonumber(ARGV[2] or 0)) > 0)
return 1
