#!lua
-- Interop acquire: takes a lock as programs of others do: a string with a time to live, which only its holder replaces.
-- KEYS  1 lock
-- ARGV  1 id, 2 value, which ends with the id, 3 lease ms
-- Returns {1} taken, or taken before by the same id, and it lasts that long from now; {0, ms left} held by another: -1 without expiry
-- Invariant: what another holder has stays as it is.
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, -#ARGV[1]) ~= ARGV[1] then return {0, redis.call('PTTL', KEYS[1])} end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return {1}
