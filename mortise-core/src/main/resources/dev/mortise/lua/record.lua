-- How one lock is written: one hash. Header fields
--   v  format:kind:capacity        u  permits in use           t  no token up to this is issued again
--   c  clients that want to know when somebody waits; only while nobody does
--   e  no lease ends before this (ms, 0 = none ends)           g  counter of ownership and queue changes
--   qh, qt, qn  first and last ticket of the queue, and how many wait
--   z  when the last tombstone ends (ms)
--   k  until when a node of a quorum is kept for those who were told that it is free (ms); only while somebody waits
-- and per lease
--   h:<lease id>  holder:  permits, lease ms, expiry ms, token, renewals, since, adoption, owner, label
--   q:<ticket>    waiter:  lease id, permits, lease ms, since ms, asked ms, owner, label
--   w:<lease id>  its ticket
--   x:<lease id>  tombstone: until ms, why
--   d:<lease id>  holder without expiry that is not renewed, as was seen before: its renewals, since ms
--   a:<lease id>  holder that wanted to be the writer: attempts below this number are over
-- separated by tabs, which no name, owner or label can hold. A lease of 0 ms has no expiry; of one that was
-- renewed, 'renewals' is not how often, but when (ms) it was the last time. 'since' of a holder is how
-- far the token was ahead of the clock at its grant, in ms, rounded up. Ticket 0 is that of a reader who waits to be the
-- writer: it holds meanwhile, so that wait asks for the permits that are missing, and ends with the hold.
-- 'asked' is when a waiter last asked; 0 = it joined behind others, without the clock being read, and has not asked since.
-- Of one whom no message reaches it is in the future: until then it is believed to be there.
-- Format 1 is that of one authority, 2 that of a node of a quorum: there the holders are votes, and the server issues no
-- token.
local key = KEYS[1]
local DAY = 86400000
local NO_EXPIRY_TTL = 366 * DAY
local BLOCK = 64
local UPGRADE = 0
-- Of a quorum, a node takes tokens from clients whose clocks are behind its own by no more than that (us). There t is ahead
-- of the largest token that was accepted by as much, and a vote must be above t, and above the clock, less that.
local LAG = 5000000

local function int(x)
  return string.format('%.0f', x)
end

local function holderRecord(permits, lease, expiry, token, renewals, since, adoption, note)
  return table.concat({permits, lease, int(expiry), int(token), renewals, since, adoption, note}, '\t')
end

local function damaged()
  error({err = 'MORTISE_DAMAGED'})
end

local function parseHolder(r)
  local p, l, e, t, n, s, a, note = string.match(r, '^(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%-?%d+)\t([^\t]*)\t(.*)$')
  if not p then damaged() end
  return {permits = tonumber(p), lease = tonumber(l), expiry = tonumber(e), token = tonumber(t),
          renewals = tonumber(n), since = s, adoption = a, note = note}
end

local function waiterRecord(id, permits, lease, since, asked, note)
  return table.concat({id, permits, lease, int(since), int(asked), note}, '\t')
end

local function parseWaiter(r)
  local id, p, l, s, m, note = string.match(r, '^([^\t]+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(.*)$')
  if not id then damaged() end
  return {id = id, permits = tonumber(p), lease = tonumber(l), since = tonumber(s), asked = tonumber(m), note = note}
end

-- The state of the lock in this call, and what is decided but not yet written: by field, the new value, or false where the
-- field goes. The last decision counts. idle: whether permits were free before this call; over: whether a lease was found
-- to be over.
local S = {change = {}}
local HEADER = {'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z'}

local function load(f)
  S.v, S.exists, S.written = f[1], f[1] or f[9] or f[3], f[1]
  S.n = f[1] and tonumber(string.match(f[1], ':(%d+)$')) or 0
  if f[1] and S.n == 0 or not f[1] and (f[2] or f[8]) then damaged() end
  if not S.exists and redis.call('EXISTS', key) == 1 then damaged() end
  S.was = {}
  -- Above that, numbers are not exact.
  if tonumber(f[3] or 0) >= 2 ^ 53 then damaged() end
  for i, field in ipairs(HEADER) do
    S[field] = tonumber(f[i + 1] or (field == 'qh' and 1 or 0)) or damaged()
    S.was[field] = S[field]
  end
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

local function ttlFor(lease)
  return lease == 0 and NO_EXPIRY_TTL or lease + DAY
end

-- The later of two ends, of which 0 never comes.
local function later(a, b)
  return (a == 0 or b == 0) and 0 or math.max(a, b)
end

-- A holder of that many permits, already counted, ends then.
local function ends(permits, expiry)
  if S.u == permits then
    S.e = expiry
  elseif expiry > 0 and (S.e == 0 or expiry < S.e) then
    S.e = expiry
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
  if ticket == UPGRADE then S.qh = 1 end
end

-- The wait of the reader that is to be the writer, if there is one.
local function upgradeWait()
  if S.qn == 0 or S.qh ~= UPGRADE then return nil end
  local record = S.change['q:' .. UPGRADE]
  if record == nil then record = redis.call('HGET', key, 'q:' .. UPGRADE) end
  return record and parseWaiter(record)
end

local function noHolder()
  S.e, S.c = 0, nil
  drop('c')
end

-- A holder goes, with what is known of its attempts to be the writer.
local function dropHolder(id)
  drop('h:' .. id)
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

local function dropTombstones()
  local all = redis.call('HKEYS', key)
  for _, field in ipairs(all) do
    if string.sub(field, 1, 2) == 'x:' then drop(field) end
  end
  S.z = 0
end

-- Writes all that is decided: one HSET, one HDEL. A lock that nobody holds or waits for is deleted, or shrinks to its
-- tombstones, and to its t while the clock has not passed that: tokens are seeded by the clock, so then nothing is lost
-- with it. What this call grants after that goes on from where it was. ttl: how long the key must live at least,
-- 0 = as long as before.
local function flush(ttl)
  if S.z > 0 and S.z <= now() then dropTombstones() end
  local idle = S.u == 0 and S.qn == 0
  if idle then now() end
  local kept = idle and S.t >= nowUs and S.t or 0
  if idle and S.z == 0 and kept == 0 then
    if S.exists then redis.call('DEL', key) end
    S.exists, S.written, S.change = false, false, {}
    for _, field in ipairs(HEADER) do S.was[field] = field == 'qh' and 1 or 0 end
    return
  end
  local t, g, qh, qt = S.t, S.g, S.qh, S.qt
  if idle then
    S.t, S.e, S.g, S.qh, S.qt = kept, 0, 0, 1, 0
    if S.written then drop('v') end
    S.written, ttl = false, math.max(S.z - now(), kept > 0 and math.floor((kept - nowUs) / 1000) + 1 or 0)
  elseif S.written ~= S.v then
    put('v', S.v)
    S.written = S.v
  end
  for _, field in ipairs(HEADER) do
    local value = S[field]
    if value ~= S.was[field] then
      if value == (field == 'qh' and 1 or 0) then drop(field) else put(field, int(value)) end
      S.was[field] = value
    end
  end
  local set, del = {}, {}
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
  S.t, S.g, S.qh, S.qt = t, g, qh, qt
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
local function prolong(id, h, lease, expiry)
  if expiry == 0 then lease = 0 elseif h.expiry == 0 then drop('d:' .. id) end
  ends(h.permits, expiry)
  put('h:' .. id, holderRecord(h.permits, lease, expiry, h.token, renewed(h, expiry), h.since, h.adoption, h.note))
end

local function extend(id, h, lease, expiry)
  prolong(id, h, lease, expiry)
  flush(ttlFor(lease))
end
