#!lua
-- Look: which owners wait while they hold one of these locks, or one that such an owner waits for, and so on, at this moment.
-- KEYS  1 register of waits
-- ARGV  1… the locks
-- Returns {1 there are more than it looked at, else 0; record, … the nearest first}
--@include clock.lua
--@include waits.lua
--@include waiting.lua
local locks = {}
for i = 1, #ARGV do locks[i] = ARGV[i] end
return waiting(locks, '')
