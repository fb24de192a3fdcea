#!lua flags=allow-oom
-- Interop offer: puts a signal back that was taken and not used, so that another waiter gets it.
-- KEYS  1 lock, 2 the list on which a signal is waited for
-- ARGV  1 ms that a signal lives
-- Returns 1 put back; 0 the lock is held, and its release will signal, or there is a signal already
-- Invariant: there is one signal at most.
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('LPUSH', KEYS[2], '1')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return 1
