#!lua flags=allow-oom
-- Downgrade: a writer becomes a reader without a gap. Or, for a reader that no longer wants to be the writer: it waits for
-- that no longer, and becomes a reader again if it is the writer by now.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 lease ms, 3 largest token the client has seen, 4 number of the attempt that is given up (0 = none),
--       5 quiet ms
-- Returns {1, token, waiting} it lives on, under that token; {0} the lease is over, or of no read-write lock, or the writer
--         by a later grant
-- Invariant: the lease holds all the time; a reader keeps its token, and in a quorum a writer too; a late duplicate changes no later attempt.
--@include clock.lua
--@include ahead.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local id, lease, floor, attempt = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local f = redis.call('HMGET', key, 'v', 'h:' .. id, 'w:' .. id, 'a:' .. id)
load(f[1])
local h = f[2] and parseHolder(f[2])
if not h or not string.find(S.v, ':rw:', 1, true) or h.expiry > 0 and h.expiry <= now() then return {0} end
if isAhead(floor, S.t) then return AHEAD end
local first = tonumber(f[4] or 0)
if attempt > 0 then
  -- A late duplicate: it was given up before, or a later one has begun.
  if attempt < first then return {1, h.token, S.qn} end
  put('a:' .. id, int(attempt + 1))
  if f[3] then dequeue(tonumber(f[3]), id) end
elseif h.permits == S.n then
  -- A late duplicate, from before the lease was upgraded again: its client has seen the writer's token since.
  if h.token > floor then return {0} end
  -- The requests of the attempt that made it the writer must not do so again.
  if first > 0 then put('a:' .. id, int(first + 1)) end
end
if h.permits == S.n then
  if voted() then
    h.permits = 1
  else
    h.permits, h.token = 1, issue(block(), floor)
    h.since = ahead(h.token)
  end
  S.u, S.g = 1, S.g + 1
end
extend(id, h, lease, later(h.expiry, lease == 0 and 0 or now() + lease))
if S.qn > 0 then settle('', quietLeft(KEYS[2], tonumber(ARGV[5] or 0)) > 0) end
return {1, h.token, S.qn}
