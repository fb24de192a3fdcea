#!lua flags=no-writes
-- Peek: a glance at a server that takes no writes now. As it can note nothing, it searches once.
-- KEYS  1 lock
-- ARGV  1 lease id of a waiter
-- Returns as glancing.lua says
--@include clock.lua
--@include glancing.lua
return glance(false)
