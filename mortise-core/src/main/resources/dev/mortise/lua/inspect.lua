#!lua flags=no-writes
-- Inspect: the lock as it is, for people; one with many fields in several calls.
-- KEYS  1 lock
-- ARGV  1 '1' = only whether it is held, 2 where to go on (0 = this is the first call)
-- Returns {server ms, where to go on ('' = done), 1 or 0}, or {server ms, where to go on, field, value, field, value, …}
--@include clock.lua
--@include bare.lua
local key = KEYS[1]
local FIELDS = 128

-- The earliest end on record may be that of a holder among several; then each is looked at.
if ARGV[1] == '1' then
  local used, earliest = string.match(redis.call('HGET', key, 'v') or '', '^%S+ (%d+) %d+ (%d+) ')
  if used == '0' then return {now(), '', 0} end
  if used and (earliest == '0' or tonumber(earliest) > now()) then return {now(), '', 1} end
end
local page = redis.call('HSCAN', key, ARGV[2], 'COUNT', FIELDS)
local all, next = page[2], page[1] ~= '0' and page[1] or ''
if ARGV[1] == '1' then
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' then
      local expiry = tonumber(string.match(bare(all[i + 1]), '^%d+\t%d+\t(%d+)'))
      if expiry == 0 or expiry > now() then return {now(), '', 1} end
    end
  end
  return {now(), next, 0}
end
table.insert(all, 1, next)
table.insert(all, 1, now())
return all
