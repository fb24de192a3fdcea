#!lua flags=allow-oom
-- Force-release: ends every hold, because a person said so, and hands the lock on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 reason, 2 tombstone ms: how long the former holders are told, 3 quiet ms
-- Returns how many holds were ended
-- Invariant: the next token is higher than those of the holds that were ended.
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local tombstone = tonumber(ARGV[2])
local f = redis.call('HMGET', key, 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z')
load(f)
if not S.v then return 0 end
expire()
local all = redis.call('HGETALL', key)
local ended = {}
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'h:' and S.change[all[i]] == nil then
    local id = string.sub(all[i], 3)
    ended[#ended + 1] = {id = id, h = parseHolder(all[i + 1])}
    remove(id, ended[#ended].h)
    if tombstone > 0 then
      put('x:' .. id, int(now() + tombstone) .. '\tf' .. ARGV[1])
      S.z = math.max(S.z, now() + tombstone)
    end
  end
end
settle('', nil, nil, quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
for _, x in ipairs(ended) do
  redis.pcall('PUBLISH', string.match(key, '^(.-):{') .. ':inbox:' .. ownerOf(x.id, x.h),
      table.concat({'f', x.id, ARGV[1]}, '\t'))
end
return #ended
