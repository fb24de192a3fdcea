-- Whether the client of a holder without expiry is gone: nothing was heard of that lease for a grace time. A server that may
-- have forgotten renewals, as it was started since, or was a replica once, must see that twice, a grace time apart, so that
-- live clients can renew first. The quiet period is for just that.
local grace = tonumber(ARGV[1])

local sure
local function isSure()
  if sure == nil then sure = KEYS[2] ~= nil or upFor() >= grace end
  return sure
end

local function aliveAt(h)
  return math.max(h.renewals, math.floor(h.token / 1000) - h.since)
end

-- Answers 1 = it is gone, 2 = that must be seen again later, 0 = it was heard of.
local function absent(id, h)
  local silent = now() - aliveAt(h) >= grace
  if not silent then return 0 end
  local renewals, since = string.match(get('d:' .. id) or '', '^(%d+)\t(%d+)$')
  local seen = tonumber(renewals) == h.renewals
  if isSure() or seen and now() - tonumber(since) >= grace then return 1 end
  if not seen then put('d:' .. id, int(h.renewals) .. '\t' .. int(now())) end
  return 2
end
