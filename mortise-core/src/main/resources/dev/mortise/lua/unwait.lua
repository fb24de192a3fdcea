#!lua flags=allow-oom
-- Unwait: an owner waits no longer, or holds less than its record says.
-- KEYS  1 register of waits
-- ARGV  1 owner, 2 version: records up to it are dropped, and refused from here on, 3 for how long, ms; 0 = none can come late
-- Returns how many calls are left to take the owner out of all lists; it counts for nothing from the first one on
--@include clock.lua
--@include waits.lua
local owner, version = ARGV[1], tonumber(ARGV[2])
local found = read(owner)
local left = 0
if found and found.untilMs > now() and found.version > version then return 0 end
if found or ARGV[3] ~= '0' then
  found = found or {low = 1, high = 0}
  found.version, found.untilMs = version, now() + ARGV[3]
  left = drop(owner, found)
end
sweep()
return left
