#!lua
-- Wait: an owner that holds something and waits enters the register, and is told of the owners that it waits for, directly
-- or not, as they are at this moment.
-- KEYS  1 register of waits
-- ARGV  1 owner, 2 version, 3 how long that is believed, ms, 4 record; 5 number of locks it wants, 6… these, … the locks it holds
-- Returns {1 there are more than it looked at, else 0; record, … of the others}
--@include clock.lua
--@include waits.lua
--@include waiting.lua
local owner, version, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local wanted, held = {}, {}
for i = 6, 5 + ARGV[5] do wanted[#wanted + 1] = ARGV[i] end
for i = 6 + ARGV[5], #ARGV do held[#held + 1] = ARGV[i] end
local before = read(owner)
if not before or before.version <= version then
  put(owner, version, ttl, wanted, held, ARGV[4], before)
end
sweep()
return waiting(wanted, owner)
