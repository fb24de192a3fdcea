#!lua
-- Acquire, poll, claim and retry: the same step, safe to repeat with the same lease id.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 format:kind:capacity, 3 five numbers parted by blanks: permits, lease ms (0 = no expiry), 1 = queue
--       if it must wait, 2 = the same, and no message reaches it, most waiters, ticket it had before (0 = none); 4 largest
--       token the client has seen, 5 owner TAB label, 6 quiet ms
-- Returns {1, token, waiting} granted; {2, ticket, place, poll after ms (0 = own choice), 1 = held without expiry, mark}
--         queued: a grant to this waiter that comes after has a token above the mark; {3, 1 = held without expiry} busy;
--         {4, ms} quiet; {5} stale; {6, format:kind:capacity} wrong kind; {7, waiting} queue full; an error
--         for a token that is too far ahead
-- Invariant: a refused call writes nothing but the dropping of leases that are over and of waiters who are silent.
--@include clock.lua
--@include ahead.lua
local id, shape, note = ARGV[1], ARGV[2], ARGV[5]
local f = redis.call('HMGET', KEYS[1], 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id, 'w:' .. id, 'x:' .. id, 'c')

-- Most locks are free when they are asked for, and then there is no record. Granting one takes less than setting up the
-- rest of this script, so it comes first, and writes what the rest would write. With a quiet marker it is left to the rest.
if not f[1] and not f[9] and not f[3] and not KEYS[2] then
  local permits, lease = string.match(ARGV[3], '^(%d+) (%d+) [012] %d+ 0$')
  if permits and tonumber(permits) <= tonumber(string.match(shape, '%d+$')) and redis.call('EXISTS', KEYS[1]) == 0 then
    local ms = now()
    if isAhead(tonumber(ARGV[4]), 0) then return AHEAD end
    local token = math.max(nowUs, ARGV[4] + 1)
    local last = string.format('%.0f', string.find(shape, ':s:', 1, true) and token or token + 63)
    local tail = string.format('%.0f\t0\t%.0f\t\t', token, math.floor((token - nowUs + 999) / 1000)) .. note
    if lease == '0' then
      redis.call('HSET', KEYS[1], 'v', shape, 'u', permits, 't', last, 'g', '1',
          'h:' .. id, permits .. '\t0\t0\t' .. tail)
    else
      local expiry = string.format('%.0f', ms + lease)
      redis.call('HSET', KEYS[1], 'v', shape, 'u', permits, 't', last, 'g', '1', 'e', expiry,
          'h:' .. id, permits .. '\t' .. lease .. '\t' .. expiry .. '\t' .. tail)
    end
    redis.call('PEXPIRE', KEYS[1], lease == '0' and 31622400000 or lease + 86400000)
    return {1, token, 0}
  end
end
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local STEP, SOON = 25, 4000
local floor = tonumber(ARGV[4])
local permits, lease, wait, most, ticket = string.match(ARGV[3], '^(%d+) (%d+) ([012]) (%d+) (%d+)$')
local deaf = wait == '2'
permits, lease, wait, most, ticket = tonumber(permits), tonumber(lease), wait ~= '0', tonumber(most), tonumber(ticket)
load(f)
S.c = f[13]
if f[12] and tonumber(string.match(f[12], '^%d+')) > now() then return {5} end
if isAhead(floor, S.t) then return AHEAD end
local holder = f[10] and parseHolder(f[10])
local holds = holder and (holder.expiry == 0 or holder.expiry > now())
-- Whoever holds or waits does so under the capacity there is, whatever it was before. For others it is agreed on for as
-- long as there is somebody; a format that this script does not know, always.
if S.v and S.v ~= shape and not holds and not f[11] then
  expire()
  if S.u > 0 or S.qn > 0 or string.match(S.v, '^%d+') ~= string.match(shape, '^%d+') then return {6, S.v} end
  flush(0)
  S.v = nil
end

if holds then
  extend(id, holder, lease, later(holder.expiry, lease == 0 and 0 or now() + lease))
  return {1, holder.token, S.qn}
end

if not S.v then
  S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
end
local mine = tonumber(f[11])

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

-- Behind others there is nothing to decide, so the clock is not read, unless nobody could tell later that this client is
-- gone: the head of the queue watches the clock.
if wait and not deaf and not mine and ticket == 0 and S.qn > 0 and S.qn < most and S.u >= S.n then
  queueUp(S.qt + 1, TELLS and 0 or now())
  flush(0)
  return {2, S.qt, S.qn, 0, S.e == 0 and 1 or 0, S.t}
end

now()
local quiet = quietLeft(KEYS[2], tonumber(ARGV[6] or 0))
if mine then
  local w = parseWaiter(redis.call('HGET', key, 'q:' .. mine))
  mark(nowUs)
  put('q:' .. mine, waiterRecord(id, w.permits, lease, w.since > 0 and w.since or now(),
      deaf and asksBy() or now(), w.note))
  flush(ttlFor(lease))
elseif wait and ticket > 0 and redis.call('HEXISTS', key, 'q:' .. ticket) == 0 then
  queueUp(ticket, now())
  mine = ticket
  flush(ttlFor(lease))
end

local blocked = S.qn > 0 and S.u >= S.n
if S.e > 0 and S.e <= now() or S.qn > 0 and (S.u < S.n or mine) and quiet == 0 then
  local token
  token, blocked = settle(mine and id or '', nil, nil, quiet > 0)
  if token then return {1, token, S.qn} end
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
  flush(S.written and 0 or ttlFor(lease))
end
local place = math.max(1, math.min(mine - S.qh + 1, S.qn))
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
