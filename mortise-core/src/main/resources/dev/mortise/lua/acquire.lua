#!lua
-- Acquire, poll, claim and retry: the same step, safe to repeat with the same lease id.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 format:kind:capacity, 3 five numbers parted by blanks: permits, lease ms (0 = no expiry), 1 = queue
--       if it must wait, 2 = the same, and no message reaches it, most waiters, ticket it had before (0 = none); 4 largest
--       token the client has seen, 5 owner TAB label, 6 quiet ms
-- Returns the token alone: granted, and nobody waits; {1, token, waiting} granted; {2, ticket, place, poll after ms (0 = own
--         choice), 1 = held without expiry, mark} queued: a grant to this waiter that comes after has a token above the mark;
--         {3, 1 = held without expiry} busy; {4, ms} quiet; {5} stale; {6, format:kind:capacity} wrong kind; {7, waiting} queue
--         full; an error for a token that is too far ahead
-- Invariant: a refused call writes nothing but the dropping of leases that are over and of waiters who are silent.
--@include clock.lua
--@include format.lua
local id, shape, note = ARGV[1], ARGV[2], ARGV[5]
local permits, lease, wait, most, ticket = string.match(ARGV[3], '^(%d+) (%d+) ([012]) (%d+) (%d+)$')
local f = redis.call('HMGET', KEYS[1], 'v', 'h:' .. id, 'w:' .. id, 'c')
local length = not f[1] and redis.call('HLEN', KEYS[1])

-- The usual ways come first, without a table or a function: setting up the rest of this script takes longer than all they
-- do. They write what the rest would write, and whenever anything is unusual the rest decides. Most locks are free.
if length == 0 and not KEYS[2] and lease ~= '0' and ticket == '0'
    and (permits == '1' or tonumber(permits) <= tonumber(string.match(shape, '%d+$'))) then
  local ms = now()
  if ARGV[4] - nowUs < 0 then
    redis.call('HSET', KEYS[1], 'h:' .. id, shape .. '\t' .. permits .. '\t' .. lease .. '\t' ..
        string.format('%.0f\t%.0f\t0\t0\t', ms + lease, nowUs), 'o:' .. id, note)
    redis.call('PEXPIRE', KEYS[1], lease + DAY)
    return nowUs
  end
end
--@include ahead.lua
--@include heard.lua
--@include runid.lua
--@include quiet.lua
local STEP, SOON = 25, 4000

local function isQuiet()
  return KEYS[2] and quietLeft(KEYS[2], tonumber(ARGV[6])) > 0
end

if wait == '2' then
  -- Not usual.
elseif length == 0 then
  if lease ~= '0' and ticket == '0' and tonumber(permits) <= tonumber(string.match(shape, '%d+$')) then
    local ms = now()
    if ARGV[4] - nowUs < 0 and not isQuiet() then
      redis.call('HSET', KEYS[1], 'h:' .. id, shape .. '\t' .. permits .. '\t' .. lease .. '\t' ..
          string.format('%.0f\t%.0f\t0\t0\t', ms + lease, nowUs), 'o:' .. id, note)
      redis.call('PEXPIRE', KEYS[1], lease + DAY)
      return nowUs
    end
  end
else
  local actual, u, t, e, g, qh, qt, qn = string.match(f[1] or '', HEADER)
  local only, record, token
  if length == 2 and not f[2] then
    -- From now on the holder has a header.
    local all = redis.call('HGETALL', KEYS[1])
    local at = string.sub(all[1], 1, 2) == 'h:' and 1 or 3
    actual, u, record, e, token = string.match(all[at + 1], '^(%d:%l+:%d+)\t(%d+)(\t%d+\t(%d+)\t(%d+)\t.*)$')
    if actual then
      only, record, t = all[at], u .. record, int(token + (string.find(actual, ':s:', 1, true) and 0 or BLOCK - 1))
      g, qh, qt, qn = '1', '1', '0', '0'
    end
  end
  if actual ~= shape or ARGV[4] - t > 0 then
    -- Not usual.
  elseif f[2] then
    -- A claim is confirmed, or a grant repeated.
    local p, _, expiry, token, renewals, tail = string.match(f[2], '^(%d+)\t(%d+)\t([1-9]%d*)\t(%d+)\t(%d+)(\t.*)$')
    if p and lease ~= '0' and (qn == '0' or tonumber(u) >= tonumber(string.match(shape, '%d+$'))) then
      local ms = now()
      local ends = math.max(expiry, ms + lease)
      if tonumber(expiry) > ms then
        if u == p or e == '0' or ends < tonumber(e) then e = int(ends) end
        redis.call('HSET', KEYS[1], 'v',
            shape .. ' ' .. u .. ' ' .. t .. ' ' .. e .. ' ' .. g .. ' ' .. qh .. ' ' .. qt .. ' ' .. qn .. ' 0', 'h:' .. id,
            p .. '\t' .. lease .. '\t' .. int(ends) .. '\t' .. token .. '\t' ..
            int(renewals + 1) .. tail)
        redis.call('PEXPIRE', KEYS[1], lease + DAY, 'GT')
        return {1, tonumber(token), tonumber(qn)}
      end
    end
  elseif f[3] then
    -- A poll, where nothing is free and the head of the queue has asked and can be served, if it is not this one.
    if wait == '1' and u == string.match(shape, '%d+$') and (e == '0' or tonumber(e) > now()) and not isQuiet() then
      local ms = now()
      local asked = ms
      if qh ~= f[3] then
        local record = redis.call('HGET', KEYS[1], 'q:' .. qh)
        local needed, last = string.match(record or '', '^[^\t]+\t(%d+)\t%d+\t%d+\t(%d+)\t')
        asked = needed and tonumber(needed) <= tonumber(u) and tonumber(last) or 0
      end
      local mine = redis.call('HGET', KEYS[1], 'q:' .. f[3])
      local head, needs, since, tail = string.match(mine, '^([^\t]+\t(%d+)\t)%d+\t(%d+)\t%d+(\t.*)$')
      if asked + SILENT > ms and head and tonumber(needs) <= tonumber(u) then
        local at = int(ms)
        local mark = math.max(t + 1, nowUs)
        redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. u .. ' ' .. int(mark) .. ' ' .. e .. ' ' .. g ..
            ' ' .. qh .. ' ' .. qt .. ' ' .. qn .. ' 0', 'q:' .. f[3],
            head .. lease .. '\t' .. (since == '0' and at or since) .. '\t' .. at .. tail)
        local place = math.max(1, math.min(f[3] - qh + 1, tonumber(qn)))
        local look = e == '0' and 0 or e - ms + 1 + STEP * (place - 1)
        return {2, tonumber(f[3]), place, (place == 1 or look <= SOON) and look or 0, e == '0' and 1 or 0, mark}
      end
    end
  elseif tonumber(u) + permits <= tonumber(string.match(shape, '%d+$')) then
    -- Beside others who hold, where nobody waits.
    if qn == '0' and u ~= '0' and ticket == '0' and lease ~= '0' and (e == '0' or tonumber(e) > now()) and not isQuiet() then
      local ms = now()
      local token = math.max(t + 1, nowUs)
      local ends = int(ms + lease)
      if e == '0' or ms + lease < tonumber(e) then e = ends end
      if only then redis.call('HSET', KEYS[1], only, record) end
      redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. int(u + permits) .. ' ' ..
          int(string.find(shape, ':s:', 1, true) and token or token + BLOCK - 1) .. ' ' .. e .. ' ' ..
          int(g + 1) .. ' ' .. qh .. ' ' .. qt .. ' 0 0', 'h:' .. id,
          permits .. '\t' .. lease .. '\t' .. ends .. '\t' .. int(token) .. '\t0\t' ..
          int(math.floor((token - nowUs + 999) / 1000)) .. '\t', 'o:' .. id, note)
      redis.call('PEXPIRE', KEYS[1], lease + DAY, 'GT')
      return {1, token, 0}
    end
  elseif wait == '1' and ticket == '0' and tonumber(qn) < tonumber(most) and not f[4] then
    -- The first who waits watches the clock. Behind others there is nothing to decide if nothing is free, so the clock is not
    -- read, unless nobody could tell later that this client is gone.
    local since, mark, after = '0', t + 1, 0
    local usual = true
    if qn == '0' then
      local ms = now()
      usual = (e == '0' or tonumber(e) > ms) and not isQuiet()
      since, mark, after = int(ms), math.max(mark, nowUs), e == '0' and 0 or e - ms + 1
    elseif u ~= string.match(shape, '%d+$') then
      usual = false
    elseif not TELLS then
      since = int(now())
      mark = math.max(mark, nowUs)
    end
    if usual then
      local place = qn + 1
      qt = int(qt + 1)
      if only then redis.call('HSET', KEYS[1], only, record) end
      redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. u .. ' ' .. int(mark) .. ' ' .. e .. ' ' ..
          int(g + 1) .. ' ' .. (qn == '0' and qt or qh) .. ' ' .. qt .. ' ' .. place .. ' 0', 'q:' .. qt,
          id .. '\t' .. permits .. '\t' .. lease .. '\t' .. since .. '\t' .. since .. '\t' .. note, 'w:' .. id, qt)
      return {2, tonumber(qt), place, after, e == '0' and 1 or 0, mark}
    end
  end
end
--@include record.lua
--@include settle.lua
local floor = tonumber(ARGV[4])
local deaf = wait == '2'
permits, lease, wait, most, ticket = tonumber(permits), tonumber(lease), wait ~= '0', tonumber(most), tonumber(ticket)
load(f[1])
S.c = f[4]
if S.z > 0 and buried(get('x:' .. id)) then return {5} end
if isAhead(floor, S.t) then return AHEAD end
local holder = f[2] and parseHolder(f[2])
local holds = holder and (holder.expiry == 0 or holder.expiry > now())
-- Whoever holds or waits does so under the capacity there is, whatever it was before. For others it is agreed on for as
-- long as there is somebody; a format that this script does not know, always.
if S.v and S.v ~= shape and not holds and not f[3] then
  expire()
  if S.u > 0 or S.qn > 0 or string.match(S.v, '^%d+') ~= string.match(shape, '^%d+') then return {6, S.v} end
  flush(0)
  S.v = nil
end

if holds then
  extend(id, holder, lease, later(holder.expiry, lease == 0 and 0 or now() + lease))
  -- What an earlier call left to be handed on.
  if S.qn > 0 and S.u < S.n then settle('', quietLeft(KEYS[2], tonumber(ARGV[6] or 0)) > 0) end
  return {1, holder.token, S.qn}
end

if not S.v then
  S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
end
local mine = tonumber(f[3])

-- Whoever is granted from the queue, by whichever call, gets a token above all that it has seen, and above the mark, also
-- where the record of earlier grants was lost. The mark is a token that nobody gets, so that it stays below also where
-- others give tokens back.
local function mark(clockUs)
  S.t = math.max(S.t + 1, floor, clockUs)
end

local function queueUp(at, since)
  mark(since > 0 and nowUs or 0)
  enqueue(at, id, waiterRecord(id, permits, lease, since, deaf and asksBy() or since, note))
end

if wait and not deaf and not mine and ticket == 0 and S.qn > 0 and S.qn < most and S.u >= S.n then
  queueUp(S.qt + 1, TELLS and 0 or now())
  flush(0)
  return {2, S.qt, S.qn, 0, S.e == 0 and 1 or 0, S.t}
end

now()
local quiet = quietLeft(KEYS[2], tonumber(ARGV[6] or 0))
if mine then
  local w = parseWaiter(redis.call('HGET', key, 'q:' .. mine))
  if w.permits > S.n then
    -- It cannot be served any more.
    dequeue(mine, id)
    settle('', quiet > 0)
    return {6, S.v}
  end
  mark(nowUs)
  put('q:' .. mine, waiterRecord(id, w.permits, lease, w.since > 0 and w.since or now(),
      deaf and asksBy() or now(), w.note))
  flush(ttlFor(lease))
elseif wait and ticket > 0 and redis.call('HEXISTS', key, 'q:' .. ticket) == 0 then
  queueUp(ticket, now())
  mine = ticket
  flush(ttlFor(lease))
end

local looked = S.e > 0 and S.e <= now()
local over = looked and expire() > 0
local blocked = S.qn > 0 and S.u >= S.n
if over or S.more or S.qn > 0 and (S.u < S.n or mine) and quiet == 0 then
  local token
  token, blocked = settle(mine and id or '', quiet > 0)
  if token then return {1, token, S.qn} end
elseif looked then
  flush(0)
end
if mine then
  local w = redis.call('HGET', key, 'w:' .. id)
  mine = w and tonumber(w)
end
if not mine and quiet == 0 and not blocked and S.u + permits <= S.n then
  local token = grant(id, permits, lease, lease, note, floor)
  flush(ttlFor(lease))
  return {1, token, S.qn}
end
local endless = S.u > 0 and S.e == 0 and 1 or 0
if not wait then
  if quiet > 0 then return {4, quiet} end
  return {3, endless}
end
if not mine then
  if S.qn >= most then
    thin()
    if S.qn >= most then
      flush(0)
      return {7, S.qn}
    end
  end
  mine = S.qt + 1
  queueUp(mine, now())
  -- A lock that is held already lives longer than that.
  flush(S.u > 0 and 0 or ttlFor(lease))
end
local place = math.max(1, math.min(mine - S.qh + 1 + (S.up and 1 or 0), S.qn))
local after = 0
if quiet > 0 then
  after = quiet + 1
elseif S.more then
  after = 1
elseif S.e > 0 then
  -- The first may be gone: the next ones look a little later, each in its turn.
  local look = math.max(1, S.e - now() + 1) + STEP * (place - 1)
  if place == 1 or look <= SOON then after = look end
end
if deaf then after = math.min(after > 0 and after or DEAF_POLL, DEAF_POLL) end
return {2, mine, place, after, endless, S.t}
