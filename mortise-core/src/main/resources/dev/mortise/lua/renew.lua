#!lua flags=allow-oom
-- Renew: many leases in one call, each on its own.
-- KEYS  one lock per lease; then the quiet marker (only where one is kept)
-- ARGV  1 a line per lease: lease id, lease ms, 1 = may shorten; and with a marker also format:kind:capacity, permits, token,
--       owner TAB label; all parted by blanks; 2 quiet ms (with a marker)
-- Returns {a character per lease, more of those with a '-', in order}: 1 renewed; 2 renewed, and others wait; 0 lost; - 'why', the
--         reason given for one lost by force, or {error} for one of which nothing is known, as it failed
-- Invariant: a lease that is over, or not on record, is not brought back; only a server that may have forgotten it, and
-- is quiet for that reason, takes it up again, under its own token, and the higher token wins.
--@include clock.lua
--@include ahead.lua
--@include heard.lua
--@include format.lua
--@include runid.lua
--@include quiet.lua
local marked = ARGV[2] ~= nil
local quiet = marked and quietLeft(KEYS[#KEYS], tonumber(ARGV[2])) > 0
-- The key lives a day longer than its leases, so it is enough to say so now and then.
local EVERY, SHORT = 64, 1200000

-- As in acquire.lua the usual ways come first: only the end of a holder changes. A lock of which something else was asked
-- before is left to the rest, so that the order stays; and so is an end that comes sooner, while a search may have passed it.
local codes, count, rest = {}, 0, nil
for line in string.gmatch(ARGV[1], '[^\n]+') do
  count = count + 1
  local id, lease, shortens = string.match(line, '^(%S+) ([1-9]%d*) ([01])')
  local f = id and not quiet and not (rest and rest[KEYS[count]]) and redis.pcall('HMGET', KEYS[count], 'v', 'h:' .. id)
  local shape, u, t, e, g, qh, qt, qn = string.match(f and f[1] or '', HEADER)
  local p, expiry, middle, renewals, tail
  if f and f[2] and (shape or not f[1]) then
    -- Before the lease: the permits, and what stands there while there is no header.
    p, expiry, middle, renewals, tail =
        string.match(f[2], '^(.-%d+)\t%d+\t([1-9]%d*)(\t%d+\t)(%d+)(\t%-?%d+\t[^\t]*)$')
  end
  codes[count] = '-'
  if p and tonumber(expiry) > now() and (not shape or shortens == '0' or tonumber(e) > now()) then
    local ends = now() + lease
    if shortens ~= '1' then ends = math.max(ends, expiry) end
    local holder = p .. '\t' .. lease .. '\t' .. int(ends) .. middle .. int(renewals + 1) .. tail
    local done
    if shape then
      if u == p or e == '0' or ends < tonumber(e) then e = int(ends) end
      done = redis.pcall('HSET', KEYS[count], 'v',
          shape .. ' ' .. u .. ' ' .. t .. ' ' .. e .. ' ' .. g .. ' ' .. qh .. ' ' .. qt .. ' ' .. qn .. ' 0', 'h:' .. id, holder)
    else
      done = redis.pcall('HSET', KEYS[count], 'h:' .. id, holder)
    end
    if type(done) == 'number' and (renewals % EVERY == 0 or tonumber(lease) > SHORT) then
      done = redis.pcall('PEXPIRE', KEYS[count], lease + DAY, 'GT')
    end
    if type(done) == 'number' then codes[count] = (qn or '0') == '0' and '1' or '2' end
  end
  if codes[count] == '-' then
    rest = rest or {}
    rest[KEYS[count]] = true
  end
end
if not rest then return {table.concat(codes)} end
--@include record.lua
--@include settle.lua
-- How far above its token those may go that a forgotten lease was given.
local ISSUED = 16384

-- Holders of this lock by token, lowest first: of one with many fields only some, read once a call.
local pages = {}
local function page()
  local found = pages[key]
  if found then return found end
  local cursor = get('p') or '0'
  local part = redis.call('HSCAN', key, cursor, 'COUNT', FIELDS)
  found = {whole = cursor == '0' and part[1] == '0'}
  if part[1] ~= '0' then put('p', part[1]) elseif cursor ~= '0' then drop('p') end
  local all = part[2]
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' then
      found[#found + 1] = {id = string.sub(all[i], 3), token = parseHolder(all[i + 1]).token}
    end
  end
  table.sort(found, function(a, b) return a.token < b.token end)
  pages[key] = found
  return found
end

-- Displaces leases of lower tokens, lowest first, until there is room; answers whether there is, and, if not, whether there
-- may be in a later call. What cannot make room stays, as far as that is known.
local function makeRoom(permits, token, id)
  if S.u + permits <= S.n then return true end
  local holders, going, used = page(), {}, S.u
  for i, holder in ipairs(holders) do
    if used + permits <= S.n or holder.token >= token then break end
    local record = holder.id ~= id and get('h:' .. holder.id)
    if record then
      going[#going + 1] = {id = holder.id, h = parseHolder(record)}
      used = used - going[#going].h.permits
    end
  end
  local enough = used + permits <= S.n
  if not enough and holders.whole then return false, false end
  for _, x in ipairs(going) do remove(x.id, x.h) end
  return enough, true
end

-- The server may have forgotten this grant, or its renewals. It displaces leases of lower tokens, as far as it must: if those
-- were granted too, they are over.
local function reinstall(id, lease, shape, permits, token, note)
  if S.v and S.v ~= shape or isAhead(token, S.t) then return 0 end
  expire()
  local former = get('h:' .. id)
  if former then remove(id, parseHolder(former)) end
  S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
  local room, later = makeRoom(permits, token, id)
  if not room then
    if not later then return 0 end
    flush(0)
    return {'MORTISE_LATER more leases are in the way than one call may end'}
  end
  local ticket = get('w:' .. id)
  if ticket then dequeue(tonumber(ticket), id) end
  local expiry = lease == 0 and 0 or now() + lease
  S.u, S.t, S.g = S.u + permits, math.max(S.t, token + ISSUED + (voted() and LAG or 0), nowUs), S.g + 1
  ends(permits, expiry)
  put('h:' .. id, holderRecord(permits, lease, expiry, token, 0, ahead(token), ''))
  put('o:' .. id, note)
  flush(ttlFor(lease))
  local known = pages[key]
  if known then
    for i = #known, 1, -1 do
      if known[i].id == id then table.remove(known, i) end
    end
    known[#known + 1] = {id = id, token = token}
    table.sort(known, function(a, b) return a.token < b.token end)
  end
  return S.qn > 0 and 2 or 1
end

local function renew(line)
  local id, lease, shortens, shape, permits, token, note =
      string.match(line, '^(%S+) (%d+) ([01]) ?(%S*) ?(%d*) ?(%d*) ?(.*)$')
  lease, token = tonumber(lease), tonumber(token)
  local f = redis.call('HMGET', key, 'v', 'h:' .. id)
  load(f[1])
  local h = f[2] and parseHolder(f[2])
  -- A record from before the latest grant of this lease, as after an upgrade that the server forgot.
  local behind = h and quiet and h.token < token
  if h and not behind and (h.expiry == 0 or h.expiry > now()) then
    local expiry = lease == 0 and 0 or now() + lease
    extend(id, h, lease, shortens == '1' and expiry or later(h.expiry, expiry))
    return S.qn > 0 and 2 or 1
  end
  local tombstone = S.z > 0 and get('x:' .. id)
  if buried(tombstone) then return string.match(tombstone, '\tf(.*)$') or 0 end
  return quiet and reinstall(id, lease, shape, tonumber(permits), token, note) or 0
end

-- A damaged lock is lost, and one whose key holds something else; neither costs the others of the batch their leases. By any
-- other error nothing is known.
local function failed(failure)
  local text = type(failure) == 'table' and failure.err or tostring(failure)
  if string.find(text, 'MORTISE_DAMAGED', 1, true) or string.find(text, 'WRONGTYPE', 1, true) then return 0 end
  return {text}
end

local at, replies = 0, {''}
for line in string.gmatch(ARGV[1], '[^\n]+') do
  at = at + 1
  if codes[at] == '-' then
    key = KEYS[at]
    local whole, reply = pcall(renew, line)
    if not whole then reply = failed(reply) end
    if type(reply) == 'number' then
      codes[at] = string.format('%d', reply)
    else
      replies[#replies + 1] = reply
    end
  end
end
replies[1] = table.concat(codes)
return replies
