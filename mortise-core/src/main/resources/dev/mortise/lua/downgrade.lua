#!lua flags=allow-oom
-- Downgrade: a writer becomes a reader without a gap; a reader that waits to be the writer does so no longer.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 lease ms, 3 largest token the client has seen (-1 = it gives up an upgrade, and need not know the token
--       of that), 4 quiet ms
-- Returns {1, token, waiting} it is a reader, under that token; {0} the lease is over, or of no read-write lock
-- Invariant: the lease holds all the time; a reader keeps its token.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local id, lease, floor = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id, 'w:' .. id)
load(f)
local h = f[10] and parseHolder(f[10])
if not h or not string.find(S.v, ':rw:', 1, true) or h.expiry > 0 and h.expiry <= now() then return {0} end
if h.permits == S.n then
  -- A late duplicate, from before the lease was upgraded again: its client has seen the writer's token since.
  if floor >= 0 and h.token > floor then return {0} end
  h.permits, h.token = 1, issue(block(), floor)
  h.since = ahead(h.token)
  S.u, S.g = 1, S.g + 1
end
if f[11] then dequeue(tonumber(f[11]), id) end
extend(id, h, lease, later(h.expiry, lease == 0 and 0 or now() + lease))
if S.qn > 0 then settle('', nil, nil, quietLeft(KEYS[2], tonumber(ARGV[4] or 0)) > 0) end
return {1, h.token, S.qn}
