#!lua flags=allow-oom
-- Stale client: a heartbeat without an end was not written by a client, and never goes by itself. It gets an end; a client
-- that lives sets its own again.
-- KEYS  1 client
-- ARGV  1 ms until that end
-- Returns 1 it had no end, 0 it had, or is gone
return redis.call('PEXPIRE', KEYS[1], ARGV[1], 'NX')
