#!lua
-- Wait: an owner that holds something and waits enters the register, and is told of the owners that it waits for, directly
-- or not, as they are at this moment; of many only the nearest, see look.lua.
-- KEYS  1 register of waits
-- ARGV  1 owner, 2 version, 3 how long that is believed, ms, 4 how long it is certain, ms, 5 record; 6 from which of its locks
--       on the register is to know that it holds them, 7 number of locks it wants, 8… these, … the locks it holds
-- Returns {-1, from which of its locks on to call again}, as all must be known before the search; else as look.lua
--@include clock.lua
--@include waits.lua
--@include waiting.lua
local owner, version, first = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[6])
local wanted, held = {}, {}
for i = 8, 7 + ARGV[7] do wanted[#wanted + 1] = ARGV[i] end
for i = 8 + ARGV[7], #ARGV do held[#held + 1] = ARGV[i] end
local before = read(owner)
if not before or before.untilMs <= now() or before.version <= version then
  if first == 1 then
    put(owner, version, tonumber(ARGV[3]), tonumber(ARGV[4]), wanted, held, ARGV[5], before)
    sweep()
  end
  hold(owner, held, first)
  if first + MOST_LISTS <= #held then return {-1, first + MOST_LISTS} end
end
return waiting(wanted, owner)
