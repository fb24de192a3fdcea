#!lua
-- Look: which owners wait while they hold one of these locks, or one that such an owner waits for, and so on, at this moment.
-- KEYS  1 register of waits
-- ARGV  1… where to look: locks, or places that an earlier call has left
-- Returns as waiting.lua says
--@include clock.lua
--@include waits.lua
--@include waiting.lua
local places = {}
for i = 1, #ARGV do places[i] = ARGV[i] end
return waiting(places, '')
