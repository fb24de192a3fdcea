#!lua flags=no-writes
-- Inspect: the lock as it is, for people.
-- KEYS  1 lock
-- ARGV  1 '1' = only whether it is held
-- Returns {server ms, 1 = a lease that is not over holds it} or {server ms, field, value, field, value, …}
--@include clock.lua
--@include record.lua
if ARGV[1] == '1' then
  local f = redis.call('HMGET', key, 'e', 'u')
  local held = tonumber(f[2] or 0) > 0
  if held and f[1] and tonumber(f[1]) <= now() then
    held = false
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
      if string.sub(all[i], 1, 2) == 'h:' then
        local h = parseHolder(all[i + 1])
        held = held or h.expiry == 0 or h.expiry > now()
      end
    end
  end
  return {now(), held and 1 or 0}
end
local all = redis.call('HGETALL', key)
table.insert(all, 1, now())
return all
