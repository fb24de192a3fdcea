#!lua
-- Wait: an owner that holds something and waits enters the register, and is told of the owners that it waits for, directly
-- or not, as they are at this moment; of many only the nearest, see look.lua. What it holds is entered in several calls, and counts
-- when all is. An owner that is entered is refreshed in one, however much it holds.
-- KEYS  1 register of waits
-- ARGV  1 owner, 2 version, 3 how long that is believed, ms, 4 how long it is certain, ms, 5 the first of the holds that this call
--       has, 0 = it is only a refresh. The first call also has 6 how many holds there are in all, 7 record, 8 number of locks that it
--       wants, 9… these. Then holds: the lock, hold id, permits, since ms
-- Returns {-1, the hold to go on with}, 0 = this version is not on record, all is to be told; else as look.lua
--@include clock.lua
--@include waits.lua
--@include waiting.lua
local owner, version, first = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[5])
local found = read(owner)
local isKnown = found and found.version == version and found.record ~= ''
if first ~= 1 and (not isKnown or first > found.done + 1) then return {-1, 0} end
if first == 0 and (found.done < found.total or mayEnter(found)) then return {-1, 0} end
local at, wanted = 6, {}
if first == 1 then
  at = 9 + ARGV[8]
  for i = 9, 8 + ARGV[8] do wanted[#wanted + 1] = ARGV[i] end
  if found and found.untilMs > now() and (found.version > version or (found.version == version and not isKnown)) then
    return waiting(wanted, owner)
  end
  if not isKnown then
    local high = found and found.high or 0
    found = {
      version = version, certainMs = 0, done = 0, total = tonumber(ARGV[6]), low = found and found.low or 1,
      high = high, mine = high + 1, wanted = table.concat(wanted, '\t'), record = ARGV[7]
    }
  end
  found.missed = ''
end
local looked, isShort = 0, true
if first > 0 then
  local holds = {}
  for i = at, #ARGV do holds[#holds + 1] = ARGV[i] end
  looked, isShort = hold(owner, found, first, holds)
end
clean(owner, found)
found.untilMs = now() + ARGV[3]
if found.done == found.total then found.certainMs = now() + ARGV[4] end
write(owner, found)
if first + looked <= found.total and first > 0 then return {-1, first + looked} end
if not isShort then return {-1, found.total + 1} end
sweep()
if first ~= 1 then
  for lock in string.gmatch(found.wanted, '[^\t]+') do wanted[#wanted + 1] = lock end
end
return waiting(wanted, owner)
