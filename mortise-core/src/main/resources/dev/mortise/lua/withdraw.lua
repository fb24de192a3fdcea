#!lua flags=allow-oom
-- Withdraw: a wait ends, from whichever side of its grant.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 tombstone ms: how long a late duplicate of its acquire is refused (0 = none can be on its way),
--       3 quiet ms
-- Returns 1 it was waiting; 2 it had been granted, and is released; 0 it is not on record
-- Invariant: after it the lease id neither waits nor holds, and for the tombstone's time never will.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local id, tombstone = ARGV[1], tonumber(ARGV[2])
local f = redis.call('HMGET', key, 'v', 'h:' .. id, 'w:' .. id)
load(f[1])
local outcome = 0
if f[2] then
  remove(id, parseHolder(f[2]))
  outcome = 2
end
if f[3] then
  if S.change['w:' .. id] == nil then dequeue(tonumber(f[3]), id) end
  outcome = 1
end
bury(id, tombstone, 'w')
if S.qn > 0 then
  local _, _, first = settle('', quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
  -- The first in the queue watches the leases of those who hold. Who has just become it does not know that yet.
  if first and not S.more and f[3] and tonumber(f[3]) < first.ticket then tell(first.client, first.id) end
else
  flush(0)
end
return outcome
