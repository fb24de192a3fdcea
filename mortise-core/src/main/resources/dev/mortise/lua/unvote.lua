#!lua flags=allow-oom
-- Unvote: a node of a quorum takes a vote back that came to nothing, and tells the next who waits, other than the lease itself.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 token, 3 quiet ms
-- Returns 1 taken back; 0 the lease is not on record, or by a later round
-- Invariant: its token is still never accepted again; it waits, with a place in the queue as before, or at the end: where
-- others have been told and it has no place, it would be refused, and two could keep each other from a majority for ever.
local id = ARGV[1]
local f = redis.call('HMGET', KEYS[1], 'v', 'h:' .. id, 'w:' .. id, 'o:' .. id)
if not f[2] then return 0 end
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
load(f[1])
local h, note = parseHolder(f[2]), f[4] or '\t'
if not voted() or h.token > tonumber(ARGV[2]) or h.expiry > 0 and h.expiry <= now() then return 0 end
remove(id, h)
if not f[3] then enqueue(S.qt + 1, id, waiterRecord(id, h.permits, h.lease, now(), now(), note)) end
settle(id, quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
return 1
