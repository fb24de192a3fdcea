#!lua flags=allow-oom
-- Collect: drops leases that are over, and those without expiry that were not renewed for a grace time: their clients have
-- given them up by then.
-- A call looks at some holds, so it is repeated until all were seen.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 grace ms, 2 where to go on (0 = this is the first call), 3 quiet ms
-- Returns {holds that were ended, where to go on ('' = done)}
-- Invariant: the same rules as for a waiter; a lease that was granted, renewed or adopted within the grace time stays.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
--@include uptime.lua
--@include absent.lua
load(redis.call('HGET', key, 'v'))
if not S.v then return {0, ''} end
local quiet = quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0
local ended = expire()
-- First what is over, then what is without expiry.
local page = {S.more and ARGV[2] or '0', {}}
if not S.more and not quiet then page = redis.call('HSCAN', key, ARGV[2], 'COUNT', FIELDS) end
local all = page[2]
for i = 1, #all, 2 do
  local field = all[i]
  local h = string.sub(field, 1, 2) == 'h:' and S.change[field] == nil and parseHolder(all[i + 1])
  if h and h.expiry == 0 and absent(string.sub(field, 3), h) == 1 then
    remove(string.sub(field, 3), h)
    ended = ended + 1
  end
end
local more = S.more
settle('', quiet)
return {ended, (more or page[1] ~= '0') and page[1] or ''}
