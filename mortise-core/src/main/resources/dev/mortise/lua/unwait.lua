#!lua flags=allow-oom
-- Unwait: an owner waits no longer, or holds less than its record says.
-- KEYS  1 register of waits
-- ARGV  1 owner, 2 version: records up to it are dropped, and refused from here on, 3 for how long, ms; 0 = none can come late
-- Returns 1
--@include clock.lua
--@include waits.lua
local before = read(ARGV[1])
if not before or before.untilMs <= now() or before.version <= tonumber(ARGV[2]) then
  if ARGV[3] ~= '0' then
    put(ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), 0, {}, {}, nil, before)
  elseif before then
    remove(ARGV[1], before)
  end
end
sweep()
return 1
