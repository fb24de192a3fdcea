#!lua flags=allow-oom
-- Release: ends a lease and hands the lock on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 the ticket that probably stands at the head of the queue, 3 quiet ms
-- Returns 1 released; 0 the lease is not on record
-- Invariant: without its lease on record it changes nothing.
local id, hint = ARGV[1], tonumber(ARGV[2])
local f = redis.call('HMGET', KEYS[1], 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id, 'q:' .. hint)
if not f[10] then return 0 end

-- The only holder of a lock that nobody waits for, well-formed, and no tombstone: nothing is left of the record. That
-- takes less than setting up the rest of this script.
if not f[8] and not f[9] and f[1] and string.find(f[1], ':[1-9]%d*$')
    and f[2] == string.match(f[10], '^(%d+)\t%d+\t%d+\t%d+\t%d+\t%-?%d+\t[^\t]*\t') then
  redis.call('DEL', KEYS[1])
  return 1
end
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
load(f)
remove(id, parseHolder(f[10]))
if S.qn == 0 then
  flush(0)
else
  settle('', hint, f[11], quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
end
return 1
