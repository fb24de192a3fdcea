#!lua flags=allow-oom
-- Interop release: ends a hold, and tells who waits as programs of others do.
-- KEYS  1 lock, 2 the list on which a signal is waited for (only where there is one)
-- ARGV  1 id, 2 the channel on which a release is told; '' = none, 3 ms that a signal lives, 4 whether a signal may have been taken
--       that nobody used: '1' or '0'
-- Returns 1 released; 0 the hold is not there
-- Invariant: what another holder has stays as it is, and there is one signal at most.
local held = redis.pcall('GET', KEYS[1])
if type(held) == 'string' and string.sub(held, -#ARGV[1]) == ARGV[1] then
  if KEYS[2] then
    redis.call('DEL', KEYS[2])
    redis.call('LPUSH', KEYS[2], '1')
    redis.call('PEXPIRE', KEYS[2], ARGV[3])
  end
  redis.call('DEL', KEYS[1])
  if ARGV[2] ~= '' then redis.call('PUBLISH', ARGV[2], KEYS[1]) end
  return 1
end
if ARGV[4] == '1' and not held and redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('LPUSH', KEYS[2], '1')
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return 0
