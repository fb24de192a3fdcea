#!lua flags=allow-oom
-- Interop wake: ends the wait of one client for a signal, which also waits on a list of its own.
-- KEYS  1 that list
-- ARGV  1 ms that it lives
-- Returns 1
redis.call('DEL', KEYS[1])
redis.call('LPUSH', KEYS[1], '1')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
