#!lua
-- Fence: lets a lease write to what its lock protects, unless a later lease was here before.
-- KEYS  1 the guarded hash
-- ARGV  1 fencing token, 2 mark of the lease, 3 the value to store (only for a write)
-- Returns 1 done; 0 refused: a higher token was here, or the same token of another lease
-- Invariant: the token on record never goes down; a refused call writes nothing.
-- The hash: fence and mark of the latest lease that was let through, and value. It never gets a TTL here.
local key, token, mark, value = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local f = redis.call('HMGET', key, 'fence', 'mark')
local seen = f[1]
if not seen and redis.call('EXISTS', key) == 1 or seen and not string.match(seen, '^%d+$') then
  return redis.error_reply('MORTISE_FOREIGN the key holds a hash that is no fence record')
end
-- As text: a Lua number holds only 53 bits exactly.
if seen and (#token < #seen or #token == #seen and token < seen) then return 0 end
if token == seen then
  if mark ~= f[2] then return 0 end
  if value then redis.call('HSET', key, 'value', value) end
elseif value then
  redis.call('HSET', key, 'fence', token, 'mark', mark, 'value', value)
else
  redis.call('HSET', key, 'fence', token, 'mark', mark)
end
return 1
