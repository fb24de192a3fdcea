#!lua flags=allow-oom
-- Reserve: more tokens for a lease, which goes on. Its client is told when somebody begins to wait.
-- KEYS  1 lock
-- ARGV  1 lease id, 2 lease ms, 3 how many tokens
-- Returns {1, first token, waiting} reserved; {0} the lease is over
-- Invariant: no token is reserved twice; without its lease it changes nothing.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
local MOST = 64
local id, lease, tokens = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local f = redis.call('HMGET', key, 'v', 'h:' .. id, 'c')
load(f[1])
local h = f[2] and parseHolder(f[2])
if not h or h.expiry > 0 and h.expiry <= now() then return {0} end
local token = issue(tokens, 0)

-- A set in the order of asking.
local function wants(client)
  local all = {}
  for other in string.gmatch(f[3] or '', '[^\t]+') do
    if other == client then return end
    all[#all + 1] = other
  end
  all[#all + 1] = client
  put('c', table.concat(all, '\t', math.max(1, #all - MOST + 1)))
end

if S.qn == 0 then wants(ownerOf(id, h)) end
extend(id, h, lease, later(h.expiry, lease == 0 and 0 or now() + lease))
return {1, token, S.qn}
