#!lua flags=no-writes
-- Inspect: the lock as it is, for people.
-- KEYS  1 lock
-- ARGV  1 '1' = only whether it is held
-- Returns {server ms, earliest end, permits in use} or {server ms, field, value, field, value, …}
--@include clock.lua
local key = KEYS[1]
if ARGV[1] == '1' then
  local f = redis.call('HMGET', key, 'e', 'u')
  return {now(), tonumber(f[1] or 0), tonumber(f[2] or 0)}
end
local all = redis.call('HGETALL', key)
table.insert(all, 1, now())
return all
