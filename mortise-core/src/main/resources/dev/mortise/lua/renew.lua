#!lua flags=allow-oom
-- Renew: many leases in one call, each on its own.
-- KEYS  one lock per lease; then the quiet marker (only where one is kept)
-- ARGV  per lease: 1 lease id, 2 lease ms, 3 '1' = may shorten; and with a marker also 4 format:kind:capacity, 5 permits,
--       6 token, 7 owner TAB label; then, with a marker, quiet ms
-- Returns per lease: 1 renewed; 2 renewed, and others wait; 0 lost; 'why' lost by force, with the reason given; {error} not
--       known, as it failed
-- Invariant: a lease that is over, or not on record, is not brought back; only a server that may have forgotten it, and
-- is quiet for that reason, takes it up again, under its own token, and the higher token wins.
--@include clock.lua
--@include ahead.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
-- How far above its token those may go that a forgotten lease was given.
local ISSUED = 16384
local marked = #ARGV ~= 3 * #KEYS
local ARGS = marked and 7 or 3
local count = marked and #KEYS - 1 or #KEYS
local quiet = quietLeft(KEYS[count + 1], tonumber(ARGV[count * ARGS + 1] or 0)) > 0

-- The server may have forgotten this grant, or its renewals. It displaces leases of lower tokens, lowest first, as far as
-- it must: if those were granted too, they are over.
local function reinstall(id, lease, shape, permits, token, note)
  if S.v and S.v ~= shape or isAhead(token, S.t) then return false end
  local capacity = tonumber(string.match(shape, ':(%d+)$'))
  local all = redis.call('HGETALL', key)
  local used, lower, gone = 0, {}, {}
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' then
      local h = parseHolder(all[i + 1])
      h.id = string.sub(all[i], 3)
      if h.expiry > 0 and h.expiry <= now() or h.id == id then
        gone[#gone + 1] = h
      else
        used = used + h.permits
        if h.token < token then lower[#lower + 1] = h end
      end
    end
  end
  table.sort(lower, function(a, b) return a.token < b.token end)
  for _, h in ipairs(lower) do
    if used + permits > capacity then
      used = used - h.permits
      gone[#gone + 1] = h
    end
  end
  if used + permits > capacity then return false end
  for _, h in ipairs(gone) do remove(h.id, h) end
  local ticket = redis.call('HGET', key, 'w:' .. id)
  if ticket and S.change['w:' .. id] == nil then dequeue(tonumber(ticket), id) end
  local expiry = lease == 0 and 0 or now() + lease
  S.v, S.n = shape, capacity
  S.u, S.t, S.g = S.u + permits, math.max(S.t, token + ISSUED + (voted() and LAG or 0), nowUs), S.g + 1
  ends(permits, expiry)
  put('h:' .. id, holderRecord(permits, lease, expiry, token, 0, ahead(token), '', note))
  flush(ttlFor(lease))
  return true
end

local function renew(a)
  local id, lease = ARGV[a + 1], tonumber(ARGV[a + 2])
  local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id)
  local h = f[10] and parseHolder(f[10])
  -- A record from before the latest grant of this lease, as after an upgrade that the server forgot.
  local behind = h and quiet and h.token < tonumber(ARGV[a + 6])
  -- The only holder of a lock that nobody waits for, as nearly all are: only its end changes.
  if h and not behind and lease > 0 and h.expiry > now() and not f[8] and not f[9] and f[2] == int(h.permits)
      and f[1] and string.find(f[1], ':[1-9]%d*$') then
    local expiry = now() + lease
    if ARGV[a + 3] ~= '1' then expiry = later(h.expiry, expiry) end
    redis.call('HSET', key, 'e', int(expiry), 'h:' .. id,
        holderRecord(h.permits, lease, expiry, h.token, h.renewals + 1, h.since, h.adoption, h.note))
    redis.call('PEXPIRE', key, int(ttlFor(lease)), 'GT')
    return 1
  end
  load(f)
  if h and not behind and (h.expiry == 0 or h.expiry > now()) then
    local expiry = lease == 0 and 0 or now() + lease
    extend(id, h, lease, ARGV[a + 3] == '1' and expiry or later(h.expiry, expiry))
    return S.qn > 0 and 2 or 1
  end
  local tombstone = S.z > 0 and redis.call('HGET', key, 'x:' .. id)
  if tombstone then
    local untilMs, why = string.match(tombstone, '^(%d+)\t(.*)$')
    if tonumber(untilMs) > now() then return string.match(why, '^f(.*)$') or 0 end
  end
  if quiet and reinstall(id, lease, ARGV[a + 4], tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6]), ARGV[a + 7]) then
    return S.qn > 0 and 2 or 1
  end
  return 0
end

-- A damaged lock is lost, and one whose key holds something else; neither costs the others of the batch their leases. By any
-- other error nothing is known.
local function failed(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  if string.find(text, 'MORTISE_DAMAGED', 1, true) or string.find(text, 'WRONGTYPE', 1, true) then return 0 end
  return {text}
end

local replies = {}
for i = 0, count - 1 do
  key, S = KEYS[i + 1], {change = {}}
  local whole, reply = pcall(renew, i * ARGS)
  replies[i + 1] = whole and reply or failed(reply)
end
return replies
