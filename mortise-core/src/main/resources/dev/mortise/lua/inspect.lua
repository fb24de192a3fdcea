#!lua flags=no-writes
-- Inspect: the lock as it is, for people.
-- KEYS  1 lock
-- ARGV  1 '1' = only whether it is held
-- Returns {server ms, 1 or 0} or {server ms, field, value, field, value, …}
--@include clock.lua
local key = KEYS[1]

-- The recorded earliest end may be that of a holder among several; then each is looked at.
local function held()
  local f = redis.call('HMGET', key, 'e', 'u')
  local earliest = tonumber(f[1] or 0)
  if tonumber(f[2] or 0) == 0 then return 0 end
  if earliest == 0 or earliest > now() then return 1 end
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' then
      local expiry = tonumber(string.match(all[i + 1], '^%d+\t%d+\t(%d+)'))
      if expiry == 0 or expiry > now() then return 1 end
    end
  end
  return 0
end

if ARGV[1] == '1' then return {now(), held()} end
local all = redis.call('HGETALL', key)
table.insert(all, 1, now())
return all
