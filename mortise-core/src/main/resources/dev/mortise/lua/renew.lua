#!lua flags=allow-oom
-- Renew: many leases in one call, each on its own.
-- KEYS  one lock per lease; then the quiet marker (only where one is kept)
-- ARGV  per lease: 1 lease id, 2 lease ms, 3 '1' = may shorten, 4 format:kind:capacity, 5 permits, 6 token,
--       7 owner TAB label; then, with a marker, quiet ms
-- Returns per lease: 1 renewed; 2 renewed, and others wait; 0 lost; 'why' lost by force, with the reason given
-- Invariant: a lease that is over, or not on record, is not brought back; only a server that may have forgotten it, and
-- is quiet for that reason, takes it up again, under its own token, and the higher token wins.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local ARGS = 7
local count = math.floor(#ARGV / ARGS)
local quiet = quietLeft(KEYS[count + 1], tonumber(ARGV[count * ARGS + 1] or 0)) > 0

local function reinstall(id, lease, shape, permits, token, note)
  if S.v and S.v ~= shape then return false end
  S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' and S.u + permits > S.n then
      local h = parseHolder(all[i + 1])
      if h.token < token then
        remove(string.sub(all[i], 3), h)
      end
    end
  end
  if S.u + permits > S.n then
    S.set, S.del = {}, {}
    return false
  end
  local expiry = lease == 0 and 0 or now() + lease
  S.u, S.t, S.g = S.u + permits, math.max(S.t, token), S.g + 1
  ends(permits, expiry)
  put('h:' .. id, holderRecord(permits, lease, expiry, token, 0, int(math.floor(token / 1000) - now()), '', note))
  flush(ttlFor(lease))
  return true
end

local function renew(a)
  local id, lease = ARGV[a + 1], tonumber(ARGV[a + 2])
  local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id)
  load(f)
  local h = f[10] and parseHolder(f[10])
  if h and (h.expiry == 0 or h.expiry > now()) then
    local expiry = lease == 0 and 0 or now() + lease
    if ARGV[a + 3] ~= '1' and expiry > 0 then expiry = h.expiry == 0 and 0 or math.max(expiry, h.expiry) end
    ends(h.permits, expiry)
    put('h:' .. id, holderRecord(h.permits, lease, expiry, h.token, h.renewals + 1, h.since, h.adoption, h.note))
    flush(ttlFor(lease))
    return S.qn > 0 and 2 or 1
  end
  if h then return 0 end
  local tombstone = S.z > 0 and redis.call('HGET', key, 'x:' .. id)
  if tombstone then return string.match(tombstone, '^%d+\tf(.*)$') or 0 end
  if quiet and reinstall(id, lease, ARGV[a + 4], tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6]), ARGV[a + 7]) then
    return 1
  end
  return 0
end

-- A damaged lock is lost; it must not cost the others of the batch their leases.
local replies = {}
for i = 0, count - 1 do
  key, S = KEYS[i + 1], {set = {}, del = {}}
  local whole, reply = pcall(renew, i * ARGS)
  replies[i + 1] = whole and reply or 0
end
return replies
