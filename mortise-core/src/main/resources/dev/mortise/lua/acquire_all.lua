#!lua
-- Acquire all: several locks in one step, if nobody uses any of them. Where a quiet marker is kept it is not asked for.
-- KEYS  the locks
-- ARGV  1 format:kind:capacity, 2 permits, 3 lease ms (0 = no expiry), 4 owner TAB label, and from 5 on, for each lock, the
--       lease id and the largest token the client has seen of that lock
-- Returns the token of each lock; an empty list when they are not all free; an error for a token that is too far ahead
-- Invariant: it grants all or writes nothing; repeated with the same lease ids it answers the same and writes nothing.
--@include clock.lua
--@include ahead.lua
--@include format.lua
--@include bare.lua
local FIRST = 3
local shape, permits, lease, note = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local tokens, used = {}, 0
for i = 1, #KEYS do
  used = used + redis.call('EXISTS', KEYS[i])
end

-- Perhaps this is a repetition, and its answer was lost.
if used > 0 then
  for i = 1, used == #KEYS and #KEYS or 0 do
    local holder = redis.call('HGET', KEYS[i], 'h:' .. ARGV[FIRST + 2 * i])
    local expiry, token = string.match(bare(holder or ''), '^%d+\t%d+\t(%d+)\t(%d+)\t')
    if not expiry or expiry ~= '0' and tonumber(expiry) <= now() then return {} end
    tokens[i] = tonumber(token)
  end
  return tokens
end

-- As a grant of one lock that nobody uses.
local ms = now()
for i = 1, #KEYS do
  local floor = tonumber(ARGV[FIRST + 2 * i + 1])
  if isAhead(floor, 0) then return AHEAD end
  tokens[i] = math.max(nowUs, floor + 1)
end
local expiry = lease == '0' and '0' or int(ms + lease)
for i = 1, #KEYS do
  if lease ~= '0' and tokens[i] == nowUs then
    redis.call('HSET', KEYS[i], 'h:' .. ARGV[FIRST + 2 * i], shape .. '\t' .. permits .. '\t' .. lease .. '\t' .. expiry .. '\t' ..
        int(tokens[i]) .. '\t0\t0\t', 'o:' .. ARGV[FIRST + 2 * i], note)
  else
    redis.call('HSET', KEYS[i], 'v', shape .. ' ' .. permits .. ' ' .. int(tokens[i] + BLOCK - 1) .. ' ' .. expiry .. ' 1 1 0 0 0',
        'h:' .. ARGV[FIRST + 2 * i], permits .. '\t' .. lease .. '\t' .. expiry .. '\t' .. int(tokens[i]) .. '\t0\t' ..
        int(math.floor((tokens[i] - nowUs + 999) / 1000)) .. '\t', 'o:' .. ARGV[FIRST + 2 * i], note)
  end
  redis.call('PEXPIRE', KEYS[i], lease == '0' and NO_EXPIRY_TTL or lease + DAY)
end
return tokens
