#!lua flags=allow-oom
-- Unvote: a node of a quorum takes a vote back that came to nothing, and tells the next who waits, other than the lease itself.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 token, 3 quiet ms
-- Returns 1 taken back; 0 the lease is not on record, or by a later round
-- Invariant: its token is still never accepted again; a place in the queue stays.
local id = ARGV[1]
local f = redis.call('HMGET', KEYS[1], 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id)
if not f[10] then return 0 end
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
load(f)
local h = parseHolder(f[10])
if not voted() or h.token > tonumber(ARGV[2]) or h.expiry > 0 and h.expiry <= now() then return 0 end
remove(id, h)
if S.qn == 0 then
  flush(0)
else
  settle(id, nil, nil, quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
end
return 1
