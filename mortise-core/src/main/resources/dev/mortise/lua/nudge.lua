#!lua flags=allow-oom
-- Nudge: tells a waiter of any client that it is worth looking again, or that it was in a deadlock.
-- KEYS  1 register of waits, of which nothing is read: it says where this runs
-- ARGV  1 inbox of the client, 2 message
-- Returns how many heard it
return redis.call('PUBLISH', ARGV[1], ARGV[2])
