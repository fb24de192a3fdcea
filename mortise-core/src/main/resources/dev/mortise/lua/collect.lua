#!lua flags=allow-oom
-- Collect: drops leases that are over, and those without expiry that were not renewed for a grace time: their clients have
-- given them up by then. A server that may have forgotten renewals, as it was started since, or was a replica once, must see
-- that twice, a grace time apart, so that live clients can renew them first.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 grace ms, 2 quiet ms
-- Returns how many holds were ended
-- Invariant: the same rules as for a waiter; a lease that was granted, renewed or adopted within the grace time stays.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
--@include uptime.lua
local grace = tonumber(ARGV[1])
load(redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z'))
if not S.v then return 0 end
local quiet = quietLeft(KEYS[2], tonumber(ARGV[2] or 0)) > 0
local ended = expire()
local fields, all = {}, not quiet and redis.call('HGETALL', key) or {}
for i = 1, #all, 2 do fields[all[i]] = all[i + 1] end

-- The quiet period is for just that.
local sure
local function isSure()
  if sure == nil then sure = KEYS[2] ~= nil or upFor() >= grace end
  return sure
end

local function aliveAt(h)
  return math.max(h.renewals, math.floor(h.token / 1000) - h.since)
end

for field, record in pairs(fields) do
  local h = string.sub(field, 1, 2) == 'h:' and S.change[field] == nil and parseHolder(record)
  if h and h.expiry == 0 and now() - aliveAt(h) >= grace then
    local id = string.sub(field, 3)
    local renewals, since = string.match(fields['d:' .. id] or '', '^(%d+)\t(%d+)$')
    local seen = tonumber(renewals) == h.renewals
    if isSure() or seen and now() - tonumber(since) >= grace then
      remove(id, h)
      ended = ended + 1
    elseif not seen then
      put('d:' .. id, int(h.renewals) .. '\t' .. int(now()))
    end
  end
end
settle('', nil, nil, quiet)
return ended
