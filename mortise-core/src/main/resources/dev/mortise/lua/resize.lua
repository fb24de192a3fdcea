#!lua flags=allow-oom
-- Resize: a semaphore in use gets another capacity. Whoever holds or waits goes on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 format:kind:capacity, 2 quiet ms
-- Returns 1 done; 0 nobody uses it, or it is something else
-- Invariant: nobody waits for more than the capacity, and no permit is granted above it.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local shape = ARGV[1]
local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z')
load(f)
if not S.v or string.match(S.v, '^(.*:)%d+$') ~= string.match(shape, '^(.*:)%d+$') then return 0 end
expire()
if S.u == 0 and S.qn == 0 then
  flush(0)
  return 0
end
S.v, S.n = shape, tonumber(string.match(shape, ':(%d+)$'))
if S.qn > 0 then
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'q:' then
      local w = parseWaiter(all[i + 1])
      if w.permits > S.n then dequeue(tonumber(string.sub(all[i], 3)), w.id) end
    end
  end
end
settle('', nil, nil, quietLeft(KEYS[2], tonumber(ARGV[2] or 0)) > 0)
return 1
