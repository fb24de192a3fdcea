#!lua
-- Acquire all: several locks in one step, if nobody uses any of them. Where a quiet marker is kept it is not asked for.
-- KEYS  the locks
-- ARGV  1 format:kind:capacity, 2 permits, 3 lease ms (0 = no expiry), 4 largest token the client has seen, 5 owner TAB
--       label, and from 6 on the lease id of each lock
-- Returns the token of each lock; an empty list when they are not all free
-- Invariant: it grants all or writes nothing; repeated with the same lease ids it answers the same and writes nothing.
--@include clock.lua
local BLOCK = 64
local FIRST = 5
local shape, permits, lease, floor, note = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local tokens, used = {}, 0
for i = 1, #KEYS do
  used = used + redis.call('EXISTS', KEYS[i])
end

-- Perhaps this is a repetition, and its answer was lost.
if used > 0 then
  for i = 1, used == #KEYS and #KEYS or 0 do
    local holder = redis.call('HGET', KEYS[i], 'h:' .. ARGV[FIRST + i])
    local expiry, token = string.match(holder or '', '^%d+\t%d+\t(%d+)\t(%d+)\t')
    if not expiry or expiry ~= '0' and tonumber(expiry) <= now() then return {} end
    tokens[i] = tonumber(token)
  end
  return tokens
end

-- As a grant of one lock that nobody uses.
local ms = now()
local token = math.max(nowUs, floor + 1)
local tail = string.format('%.0f\t0\t%.0f\t\t', token, math.ceil((token - nowUs) / 1000)) .. note
local last = string.format('%.0f', token + BLOCK - 1)
local expiry = lease == '0' and '0' or string.format('%.0f', ms + lease)
for i = 1, #KEYS do
  local field = 'h:' .. ARGV[FIRST + i]
  local holder = permits .. '\t' .. lease .. '\t' .. expiry .. '\t' .. tail
  if lease == '0' then
    redis.call('HSET', KEYS[i], 'v', shape, 'u', permits, 't', last, 'g', '1', field, holder)
  else
    redis.call('HSET', KEYS[i], 'v', shape, 'u', permits, 't', last, 'g', '1', 'e', expiry, field, holder)
  end
  redis.call('PEXPIRE', KEYS[i], lease == '0' and 31622400000 or lease + 86400000)
  tokens[i] = token
end
return tokens
