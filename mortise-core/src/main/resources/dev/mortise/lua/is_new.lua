#!lua flags=no-writes
-- Is new: whether a client has made the marker of this server within the last moments, or nobody has.
-- KEYS  1 quiet marker
-- ARGV  1 how long these moments are, ms
-- Returns 1 or 0
--@include clock.lua
local m = redis.call('HMGET', KEYS[1], 'run', 'fresh')
if not m[1] or m[2] and now() - tonumber(m[2]) < tonumber(ARGV[1]) then return 1 end
return 0
