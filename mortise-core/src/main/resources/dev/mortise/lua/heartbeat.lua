#!lua
-- Heartbeat: a client says that it is alive, and who it is.
-- KEYS  1 client
-- ARGV  1 how long that is believed, ms; then field, value, field, value, …
-- Returns 1
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
