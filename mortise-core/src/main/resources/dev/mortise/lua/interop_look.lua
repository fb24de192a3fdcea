#!lua
-- Interop look: who holds a lock, as its key says.
-- KEYS  1 lock
-- ARGV  none
-- Returns {value, ms left}: -1 without expiry; {} nobody
local held = redis.call('GET', KEYS[1])
if not held then return {} end
return {held, redis.call('PTTL', KEYS[1])}
