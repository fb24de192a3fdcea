--@include bare.lua
local key = KEYS[1]
local UPGRADE = 0

local function holderRecord(permits, lease, expiry, token, renewals, since, adoption)
  return table.concat({permits, lease, int(expiry), int(token), renewals, since, adoption}, '\t')
end

local function damaged()
  error({err = 'MORTISE_DAMAGED'})
end

local function parseHolder(r)
  local p, l, e, t, n, s, a = string.match(bare(r), HOLDER)
  if not p then damaged() end
  return {permits = tonumber(p), lease = tonumber(l), expiry = tonumber(e), token = tonumber(t),
          renewals = tonumber(n), since = s, adoption = a}
end

local function waiterRecord(id, permits, lease, since, asked, note)
  return table.concat({id, permits, lease, int(since), int(asked), note}, '\t')
end

local function parseWaiter(r)
  local id, p, l, s, m, note = string.match(r, WAITER)
  if not id then damaged() end
  return {id = id, permits = tonumber(p), lease = tonumber(l), since = tonumber(s), asked = tonumber(m), note = note}
end

-- The state of the lock in this call, and what is decided but not yet written: by field, the new value, or false where the
-- field goes. The last decision counts. idle: whether permits were free before this call; over: whether a lease was found
-- to be over; more: whether work is left for the next call; holes: how many tickets of nobody this one may still look at; only:
-- the field of the holder that is all there is, with its record as it is beside a header.
local S

local function load(v)
  S = {change = {}, holes = 512, was = v, exists = v, u = 0, t = 0, e = 0, g = 0, qh = 1, qt = 0, qn = 0, z = 0, n = 0}
  if not v then
    local fields = redis.call('HLEN', key)
    if fields == 0 then return end
    local all = fields == 2 and redis.call('HGETALL', key) or {'', '', '', ''}
    local at = string.sub(all[1], 1, 2) == 'h:' and 1 or 3
    local shape, n, record = string.match(all[at + 1], ONLY)
    if not shape or string.sub(all[at], 1, 2) ~= 'h:' then damaged() end
    local h = parseHolder(record)
    S.exists, S.only, S.record, S.v, S.n, S.u = true, all[at], record, shape, tonumber(n), h.permits
    S.t, S.e, S.g = h.token + (string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1), h.expiry, 1
    S.idle = S.u < S.n
    return
  end
  local shape, u, t, e, g, up, qh, qt, qn, z =
      string.match(v, '^(%S+) (%d+) (%d+) (%d+) (%d+) (%^?)(%d+) (%d+) (%d+) (%d+)$')
  if not shape then damaged() end
  S.u, S.t, S.e, S.g, S.up = tonumber(u), tonumber(t), tonumber(e), tonumber(g), up ~= ''
  S.qh, S.qt, S.qn, S.z = tonumber(qh), tonumber(qt), tonumber(qn), tonumber(z)
  if shape ~= '-' then
    S.v, S.n = shape, tonumber(string.match(shape, ':([1-9]%d*)$'))
  end
  -- Above 2^53, numbers are not exact.
  if not S.n or not S.v and (S.u > 0 or S.qn > 0) or S.t >= 2 ^ 53 then damaged() end
  S.idle = S.u < S.n
end

-- Whether this is a node of a quorum.
local function voted()
  return S.v and string.sub(S.v, 1, 2) == '2:'
end

local function put(field, value)
  S.change[field] = value
end

local function drop(field)
  S.change[field] = false
end

-- The field as it will be after this call.
local function get(field)
  local value = S.change[field]
  if value == nil then value = redis.call('HGET', key, field) end
  return value
end

local function ttlFor(lease)
  return lease == 0 and NO_EXPIRY_TTL or lease + DAY
end

-- The later of two ends, of which 0 never comes.
local function later(a, b)
  return (a == 0 or b == 0) and 0 or math.max(a, b)
end

-- What a search for leases that are over has come to: where it goes on, and the earliest end it has seen.
local function search()
  local cursor, earliest, of = string.match(get('s') or '', '^(%d+) (%d+) (%d+)$')
  if of ~= int(S.e) then return '0', 0 end
  return cursor, tonumber(earliest)
end

local function searched(cursor, earliest)
  put('s', cursor .. ' ' .. int(earliest) .. ' ' .. int(S.e))
end

-- A holder of that many permits, already counted, ends then.
local function ends(permits, expiry)
  if S.u == permits then
    S.e = expiry
  elseif expiry > 0 and (S.e == 0 or expiry < S.e) then
    S.e = expiry
  elseif expiry > 0 and S.e <= now() then
    local cursor, earliest = search()
    if cursor ~= '0' and (earliest == 0 or expiry < earliest) then searched(cursor, expiry) end
  end
end

-- How many tokens, from the one that is reported, come with a grant: the client has the others for leases that follow one
-- another within it.
local function block()
  return string.find(S.v, ':s:', 1, true) and 1 or BLOCK
end

-- The next tokens; answers the first.
local function issue(count, floor)
  now()
  local token = math.max(S.t + 1, nowUs, floor + 1)
  S.t = token + count - 1
  return token
end

local function ahead(token)
  now()
  return int(math.floor((token - nowUs + 999) / 1000))
end

-- Of the block of that token those above 'last' were not used: they can be issued again, if none was issued after them.
local function giveBack(token, last)
  if S.t == token + block() - 1 then S.t = math.min(S.t, last) end
end

local function dequeue(ticket, id)
  drop('q:' .. ticket)
  drop('w:' .. id)
  S.qn, S.g = S.qn - 1, S.g + 1
  if S.qn == 0 and voted() then drop('k') end
  if ticket == UPGRADE then S.up = false end
end

-- The wait of the reader that is to be the writer, if there is one.
local function upgradeWait()
  local record = S.up and get('q:' .. UPGRADE)
  return record and parseWaiter(record)
end

local function noHolder()
  S.e, S.c = 0, nil
  drop('c')
end

-- A holder goes, with what is known of its attempts to be the writer.
local function dropHolder(id)
  drop('h:' .. id)
  drop('o:' .. id)
  if S.v and string.find(S.v, ':rw:', 1, true) then drop('a:' .. id) end
end

-- A hold ends, and with it what it waits for.
local function remove(id, holder)
  S.u, S.g = S.u - holder.permits, S.g + 1
  if S.u == 0 then noHolder() end
  dropHolder(id)
  if holder.lease == 0 then drop('d:' .. id) end
  local w = upgradeWait()
  if w and w.id == id then dequeue(UPGRADE, id) end
end

-- Lua takes only so many arguments in one call.
local function each(command, list)
  for first = 1, #list, 2000 do
    redis.call(command, key, unpack(list, first, math.min(first + 1999, #list)))
  end
end

-- For so long a late duplicate of a request finds out that its lease is no more.
local function bury(id, millis, why)
  if millis <= 0 then return end
  local oldest, next = string.match(get('y') or '0 0', '^(%d+) (%d+)$')
  put('x:' .. id, int(now() + millis) .. '\t' .. why)
  put('y:' .. next, id)
  put('y', oldest .. ' ' .. int(next + 1))
  S.z = math.max(S.z, now() + millis)
end

-- Whether that is the record of a tombstone that still counts.
local function buried(record)
  local untilMs = record and tonumber(string.match(record, '^%d+'))
  return untilMs and untilMs > now()
end

-- Oldest first, and some a call: one that lasts longer than those behind it keeps them, until it is over.
local STONES = 16
local function clearTombstones()
  local oldest, next = string.match(get('y') or '', '^(%d+) (%d+)$')
  if not oldest then
    S.z = 0
    return
  end
  oldest, next = tonumber(oldest), tonumber(next)
  local from = oldest
  while oldest < next and oldest - from < STONES do
    local id = get('y:' .. int(oldest))
    local stone = id and get('x:' .. id)
    if buried(stone) then break end
    if stone then drop('x:' .. id) end
    drop('y:' .. int(oldest))
    oldest = oldest + 1
  end
  if oldest == next then
    S.z = 0
    drop('y')
  elseif oldest > from then
    put('y', int(oldest) .. ' ' .. int(next))
  end
end

-- Writes all that is decided: one HSET, one HDEL. A lock that nobody holds or waits for is deleted, or shrinks to its
-- tombstones, and to the last token while the clock has not passed that: tokens are seeded by the clock, so then nothing is
-- lost with it. What this call grants after that goes on from where it was. ttl: how long the key must live at least,
-- 0 = as long as before.
local function flush(ttl)
  if S.z > 0 then clearTombstones() end
  local idle = S.u == 0 and S.qn == 0
  if idle then now() end
  local kept = idle and S.t >= nowUs and S.t or 0
  if idle and S.z == 0 and kept == 0 then
    if S.exists then redis.call('DEL', key) end
    S.exists, S.was, S.only, S.change = false, false, nil, {}
    return
  end
  local header
  if idle then
    header = string.format('- 0 %.0f 0 0 1 0 0 %.0f', kept, S.z)
    ttl = math.max(S.z - now(), kept > 0 and math.floor((kept - nowUs) / 1000) + 1 or 0)
  else
    header = string.format('%s %.0f %.0f %.0f %.0f %s%.0f %.0f %.0f %.0f', S.v, S.u, S.t, S.e, S.g, S.up and '^' or '', S.qh,
        S.qt, S.qn, S.z)
  end
  -- From now on the holder has a header.
  if S.only and S.change[S.only] == nil then put(S.only, S.record) end
  S.only = nil
  local set, del = {}, {}
  if header ~= S.was then set = {'v', header} end
  S.was = header
  for field, value in pairs(S.change) do
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      del[#del + 1] = field
    end
  end
  -- All or nothing: a right that was taken must fail before anything is written. No field has that name.
  if #set > 0 and #del > 0 and not redis.acl_check_cmd('HDEL', key, '') then redis.call('HDEL', key, '') end
  each('HSET', set)
  each('HDEL', del)
  if ttl > 0 then
    if idle or not S.exists then
      redis.call('PEXPIRE', key, int(ttl))
    else
      redis.call('PEXPIRE', key, int(ttl), 'GT')
    end
  end
  S.exists, S.change = true, {}
  for client in string.gmatch(S.told or '', '[^\t]+') do
    redis.pcall('PUBLISH', string.match(key, '^(.-):{') .. ':inbox:' .. client, 'c\t' .. string.match(key, '{(.*)}$'))
  end
  S.told = nil
end

-- What a holder with that end has as 'renewals' after one more.
local function renewed(h, expiry)
  return int(expiry == 0 and now() or h.renewals + 1)
end

-- A holder goes on, with a new end.
local function extend(id, h, lease, expiry)
  local ttl = ttlFor(lease)
  if expiry == 0 then lease = 0 elseif h.expiry == 0 then drop('d:' .. id) end
  ends(h.permits, expiry)
  put('h:' .. id, holderRecord(h.permits, lease, expiry, h.token, renewed(h, expiry), h.since, h.adoption))
  flush(ttl)
end
