#!lua
-- Upgrade: a reader becomes the writer without a gap, at once if it is the only one, else in front of all who wait. Poll and
-- retry are the same step.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  as acquire, with the number of the attempt for the ticket
-- Returns as acquire, where stale: the lease is over, or of no read-write lock; {8, owner TAB label} another reader waits for
--         the same; and busy also: the attempt is over, and this a late duplicate
-- Invariant: the lease holds all the time; a refused call writes nothing but the dropping of leases that are over, and hands
--            on what they held.
--@include clock.lua
--@include ahead.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local id, shape, floor, note = ARGV[1], ARGV[2], tonumber(ARGV[4]), ARGV[5]
local lease, wait, attempt = string.match(ARGV[3], '^%d+ (%d+) ([01]) %d+ (%d+)$')
lease, wait, attempt = tonumber(lease), wait == '1', tonumber(attempt)
local f = redis.call('HMGET', key, 'v', 'h:' .. id, 'w:' .. id, 'c', 'a:' .. id)
load(f[1])
S.c = f[4]
if S.z > 0 and buried(get('x:' .. id)) then return {5} end
if isAhead(floor, S.t) then return AHEAD end
if S.v and S.v ~= shape then return {6, S.v} end
local h = f[2] and parseHolder(f[2])
if not h or not string.find(shape, ':rw:', 1, true) or h.expiry > 0 and h.expiry <= now() then return {5} end
local first = tonumber(f[5] or 0)
if attempt < first then return {3, S.e == 0 and 1 or 0} end
-- What it did before is over from now on.
local function begin()
  if attempt > first then put('a:' .. id, int(attempt)) end
end
if h.permits == S.n then
  begin()
  extend(id, h, lease, later(h.expiry, lease == 0 and 0 or now() + lease))
  return {1, h.token, S.qn}
end

local quiet = quietLeft(KEYS[2], tonumber(ARGV[6] or 0))
expire()
if S.u == h.permits and quiet == 0 then
  if f[3] then dequeue(UPGRADE, id) end
  begin()
  local token = promote(id, h, lease, lease, floor)
  flush(ttlFor(lease))
  return {1, token, S.qn}
end
local w = upgradeWait()
local conflict = w and w.id ~= id
if not conflict and (w or wait) then
  begin()
  now()
  S.t = math.max(S.t + 1, floor, nowUs)
  local record = waiterRecord(id, S.n - h.permits, lease, w and w.since or now(), now(), w and w.note or note)
  if w then put('q:' .. UPGRADE, record) else enqueue(UPGRADE, id, record) end
end
settle('', quiet > 0)
if conflict then return {8, w.note} end
local endless = S.e == 0 and 1 or 0
if not w and not wait then
  if quiet > 0 then return {4, quiet} end
  return {3, endless}
end
return {2, UPGRADE, 1, quiet > 0 and quiet + 1 or S.e > 0 and math.max(1, S.e - now() + 1) or 0, endless, S.t}
