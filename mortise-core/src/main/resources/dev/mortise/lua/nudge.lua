#!lua flags=allow-oom
-- Nudge: tells a waiter of any client that it is worth looking again.
-- KEYS  none
-- ARGV  1 inbox of the client, 2 lease id, 3 name of the lock, as in its key
-- Returns how many heard it
return redis.call('PUBLISH', ARGV[1], 'n\t' .. ARGV[2] .. '\t' .. ARGV[3])
