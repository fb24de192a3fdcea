#!lua flags=no-writes
-- Inspect: the lock as it is, for people; one with many fields in several calls.
-- KEYS  1 lock
-- ARGV  1 '1' = only whether it is held, 2 where the call before ended (0 = this is the first)
-- Returns {server ms, where to go on (0 = done), 1 or 0}, or {server ms, where to go on, field, value, field, value, …}
--@include clock.lua
--@include format.lua
local key = KEYS[1]
local FIELDS = 256

-- The earliest end on record may be that of a holder among several; then each is looked at.
if ARGV[1] == '1' then
  local used, earliest = string.match(redis.call('HGET', key, 'v') or '', '^%S+ (%d+) %d+ (%d+) ')
  if not used or used == '0' then return {now(), '0', 0} end
  if earliest == '0' or tonumber(earliest) > now() then return {now(), '0', 1} end
end
local page = redis.call('HSCAN', key, ARGV[2], 'COUNT', FIELDS)
local all = page[2]
if ARGV[1] == '1' then
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' then
      local expiry = tonumber(string.match(all[i + 1], '^%d+\t%d+\t(%d+)'))
      if expiry == 0 or expiry > now() then return {now(), '0', 1} end
    end
  end
  return {now(), page[1], 0}
end
table.insert(all, 1, page[1])
table.insert(all, 1, now())
return all
