#!lua flags=allow-oom
-- Interop renew: a hold lasts that long from now.
-- KEYS  1 lock
-- ARGV  1 id, 2 lease ms, 3 whether an earlier end than before is meant: '1' or '0'
-- Returns 1 it does, or longer; 0 the hold is not there
-- Invariant: a hold that is over is not brought back, and what another holder has stays as it is.
local held = redis.pcall('GET', KEYS[1])
if type(held) ~= 'string' or string.sub(held, -#ARGV[1]) ~= ARGV[1] then return 0 end
local left = ARGV[3] == '0' and redis.call('PTTL', KEYS[1]) or 0
if left < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
