#!lua flags=allow-oom
-- Stale waits: records in the register of waits that were not refreshed for a grace time after they were over.
-- KEYS  1 register of waits
-- ARGV  1 grace ms, 2 where to go on (0 = this is the first call), 3 '1' = drop them
-- Returns {0, where to go on ('' = done), owner, until ms, record ('' = only a tombstone), …}
--@include clock.lua
--@include waits.lua
local grace = tonumber(ARGV[1])
local page = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', 8)
local out = {0, page[1] ~= '0' and page[1] or ''}
for i = 1, #page[2], 2 do
  local owner = string.match(page[2][i], '^o:(.*)$')
  local found = owner and parse(page[2][i + 1])
  if found and found.untilMs + grace <= now() then
    out[#out + 1] = owner
    out[#out + 1] = int(found.untilMs)
    out[#out + 1] = found.record
    if ARGV[3] == '1' then drop(owner, found) end
  end
end
return out
