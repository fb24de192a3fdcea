#!lua
-- Split: a reader that stands for several becomes two.
-- KEYS  1 lock
-- ARGV  1 lease id, 2 lease id of the new reader, 3 its lease ms, 4 its token, of those that the first one has
-- Returns 1 the new one holds; 0 a lease is over, or of no reader
-- Invariant: repeated it adds nothing; whoever waits goes on waiting for both.
--@include clock.lua
--@include ahead.lua
--@include format.lua
--@include record.lua
local id, other, lease, token = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local f = redis.call('HMGET', key, 'v', 'h:' .. id, 'h:' .. other)
load(f[1])
local function alive(record)
  local h = record and parseHolder(record)
  return h and (h.expiry == 0 or h.expiry > now()) and h
end
if f[3] then return alive(f[3]) and 1 or 0 end
if S.z > 0 and buried(get('x:' .. other)) then return 0 end
local h = alive(f[2])
if not h or not string.find(S.v, ':rw:', 1, true) or S.u + h.permits > S.n or isAhead(token, S.t) then return 0 end
local expiry = lease == 0 and 0 or now() + lease
S.u, S.t, S.g = S.u + h.permits, math.max(S.t, token), S.g + 1
ends(h.permits, expiry)
put('h:' .. other, holderRecord(h.permits, lease, expiry, token, 0, ahead(token), ''))
put('o:' .. other, get('o:' .. id) or '\t')
flush(ttlFor(lease))
return 1
