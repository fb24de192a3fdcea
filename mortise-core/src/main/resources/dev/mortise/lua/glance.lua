#!lua flags=allow-oom
-- Glance: the first holders and waiters of a lock, for a waiter that has waited for long.
-- KEYS  1 lock
-- ARGV  1 lease id of a waiter
-- Returns as glancing.lua says
-- Invariant: writes nothing but i.
--@include clock.lua
--@include glancing.lua
return glance(true)
