#!lua flags=allow-oom
-- Nudge: tells a waiter of any client that it is worth looking again, or that it was in a deadlock.
-- KEYS  none
-- ARGV  1 inbox of the client, 2 message
-- Returns how many heard it
return redis.call('PUBLISH', ARGV[1], ARGV[2])
