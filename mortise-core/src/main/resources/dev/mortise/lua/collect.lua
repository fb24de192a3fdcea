#!lua flags=allow-oom
-- Collect: drops leases that are over, and leases without expiry whose client shows no heartbeat. Absence must be seen
-- twice, a grace time apart, so that a server which was down for long does not take live clients for dead.
-- KEYS  1 lock, 2 heartbeat of the client in question, 3 quiet marker (only where one is kept). In a cluster the heartbeat
--       lies elsewhere: whoever asks has found that there is none.
-- ARGV  1 lease id ('' = only what is over), 2 grace ms, 3 quiet ms
-- Returns how many holds were ended
-- Invariant: the same rules as for a waiter; a lease that was renewed or adopted in between stays.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local id = ARGV[1]
local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id, 'd:' .. id)
load(f)
if not S.v then return 0 end
local ended = expire()
local h = f[10] and parseHolder(f[10])
if h and h.expiry == 0 then
  if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then
    if f[11] then drop('d:' .. id) end
  else
    local renewals, since = string.match(f[11] or '', '^(%d+)\t(%d+)$')
    if tonumber(renewals) ~= h.renewals then
      put('d:' .. id, h.renewals .. '\t' .. int(now()))
    elseif now() - tonumber(since) >= tonumber(ARGV[2]) then
      remove(id, h)
      ended = ended + 1
    end
  end
end
settle('', nil, nil, quietLeft(KEYS[3], tonumber(ARGV[3] or 0)) > 0)
return ended
