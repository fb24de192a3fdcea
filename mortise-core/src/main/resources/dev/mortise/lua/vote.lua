#!lua
-- Vote: one node of a quorum says whether it has this lease as a holder, under the token that the client chose. Safe to
-- repeat with the same token; a later round has a greater one. Of those who wait, who asks first is served first, whatever
-- the queue says, as the queues of two nodes can differ; only readers let a writer pass that waits. Whoever has no place in
-- the queue lets those pass for a moment who were told.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 format:kind:capacity, 3 five numbers parted by blanks: permits, lease ms (0 = no expiry), 1 = tell it
--       when it is worth asking again, most waiters, token; 4 owner TAB label, 5 quiet ms
-- Returns {1, waiting} given; {2, token} outbid: one above this is accepted; {3, ms until it may be free (0 = not known),
--         1 = held without expiry} held; {4, ms} quiet; {5} stale; {6, format:kind:capacity} wrong kind; {7, waiting}
--         queue full; an error for a token that is too far ahead
-- Invariant: a token that was accepted for one lease, or is in the block of one, is never accepted for another, also not
--            after the record is forgotten.
--@include clock.lua
--@include ahead.lua
--@include heard.lua
--@include format.lua
--@include runid.lua
--@include quiet.lua
local id, shape, note = ARGV[1], ARGV[2], ARGV[4]
local permits, lease, wait, most, token = string.match(ARGV[3], '^(%d+) (%d+) ([01]) (%d+) (%d+)$')
local f = redis.call('HMGET', KEYS[1], 'v', 'h:' .. id, 'w:' .. id, 'k')

-- As in acquire.lua the usual way comes first, and writes what the rest would write: nobody uses the lock.
local unused, t = string.match(f[1] or '- 0 0 0 0 1 0 0 0', '^(%-) 0 (%d+) 0 0 1 0 0 0$')
if unused and tonumber(permits) <= tonumber(string.match(shape, '%d+$')) and (f[1] or redis.call('EXISTS', KEYS[1]) == 0) then
  local ms = now()
  t = tonumber(t)
  if isAhead(tonumber(token), t) then return AHEAD end
  if t < nowUs then t = 0 end
  if not (KEYS[2] and quietLeft(KEYS[2], tonumber(ARGV[5])) > 0) and tonumber(token) > math.max(t, nowUs) - LAG then
    local expiry = lease == '0' and '0' or int(ms + lease)
    redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. permits .. ' ' ..
        int(math.max(t, token + (string.find(shape, ':s:', 1, true) and 0 or BLOCK - 1) + LAG)) .. ' ' .. expiry .. ' 1 1 0 0 0',
        'h:' .. id, permits .. '\t' .. lease .. '\t' .. expiry .. '\t' .. token .. '\t0\t' ..
        int(math.floor((token - nowUs + 999) / 1000)) .. '\t', 'o:' .. id, note)
    local ttl = lease == '0' and NO_EXPIRY_TTL or lease + DAY
    if f[1] then redis.call('PEXPIRE', KEYS[1], ttl, 'GT') else redis.call('PEXPIRE', KEYS[1], ttl) end
    if KEYS[2] and not hasVoted then redis.call('HSET', KEYS[2], 'used', '1') end
    return {1, 0}
  end
end
--@include record.lua
--@include settle.lua
permits, lease, wait, most, token = tonumber(permits), tonumber(lease), wait == '1', tonumber(most), tonumber(token)
load(f[1])
if S.z > 0 and buried(get('x:' .. id)) then return {5} end
if isAhead(token, S.t) then return AHEAD end
local over = expire() > 0
local mine, ticket = f[2] and S.change['h:' .. id] == nil and parseHolder(f[2]), tonumber(f[3])

if S.v and S.v ~= shape then
  if S.u > 0 or S.qn > 0 then
    local actual = S.v
    if over then settle('', quietLeft(KEYS[2], tonumber(ARGV[5] or 0)) > 0) end
    return {6, actual}
  end
  flush(0)
  S.v = nil
end
if not S.v then
  now()
  S.v, S.n, S.t = shape, tonumber(string.match(shape, ':(%d+)$')), S.t < nowUs and 0 or S.t
end
local quiet = quietLeft(KEYS[2], tonumber(ARGV[5] or 0))

-- A writer that came before, or any if this reader does not wait yet.
local function letsWriterPass()
  if S.qn == 0 or permits == S.n or not string.find(shape, ':rw:', 1, true) then return false end
  local at, record = S.qh, nil
  for _ = 1, math.min(S.qn, VISITS) do
    at, record = nextWaiter(at)
    if not record or ticket and at >= ticket then break end
    local w = parseWaiter(record)
    if w.permits == S.n and isFresh(w) then return true end
    at = at + 1
  end
  return false
end

-- For how long others are let pass that were told; never for longer than that takes, whatever became of the clock.
local function keptFor()
  if ticket or not f[4] then return 0 end
  local left = tonumber(f[4]) - now()
  return left <= KEPT and left or 0
end

-- What was over is free now, also if not for this one.
local function leave(reply)
  if over then settle(id, quiet > 0) end
  return reply
end

local function refuse(reply)
  if not wait or mine then return leave(reply) end
  if ticket then
    local w = parseWaiter(redis.call('HGET', key, 'q:' .. ticket))
    put('q:' .. ticket, waiterRecord(id, w.permits, lease, w.since, now(), w.note))
  else
    if S.qn >= most then thin() end
    if S.qn >= most then
      flush(0)
      return leave({7, S.qn})
    end
    enqueue(S.qt + 1, id, waiterRecord(id, permits, lease, now(), now(), note))
  end
  flush(ttlFor(lease))
  return leave(reply)
end

if quiet > 0 then return refuse({4, quiet}) end
if not mine and (S.u + permits > S.n or letsWriterPass()) then
  return refuse({3, S.e > 0 and math.max(1, S.e - now() + 1) or 0, S.u > 0 and S.e == 0 and 1 or 0})
end
if not mine and keptFor() > 0 then return refuse({3, keptFor(), 0}) end
now()
local again = mine and mine.token == token
-- Far above the bound where that is the clock, which goes on while the client answers.
if not again and token <= math.max(S.t, nowUs) - LAG then return leave({2, math.max(S.t - LAG, nowUs)}) end

S.t = math.max(S.t, token + block() - 1 + LAG)
local expiry = lease == 0 and 0 or now() + lease
if mine then
  if not again then mine.token, mine.since, S.g = token, ahead(token), S.g + 1 end
  extend(id, mine, lease, later(mine.expiry, expiry))
else
  if ticket then dequeue(ticket, id) end
  S.u, S.g = S.u + permits, S.g + 1
  ends(permits, expiry)
  put('h:' .. id, holderRecord(permits, lease, expiry, token, 0, ahead(token), ''))
  put('o:' .. id, note)
  flush(ttlFor(lease))
end
if KEYS[2] and not hasVoted then redis.call('HSET', KEYS[2], 'used', '1') end
return {1, S.qn}
