#!lua flags=no-writes
-- Is new: whether a node of a quorum has never given a vote, as far as it knows: nobody has made its marker, or only a client
-- that found none.
-- KEYS  1 quiet marker
-- Returns 1 or 0
local m = redis.call('HMGET', KEYS[1], 'run', 'fresh', 'used')
if not m[1] or m[2] and not m[3] then return 1 end
return 0
