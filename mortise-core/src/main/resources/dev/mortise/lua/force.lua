#!lua flags=allow-oom
-- Force-release: ends every hold, or a certain one, because a person said so, and hands the lock on. A call ends some of them, so
-- it is repeated until there are no more.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 reason, 2 tombstone ms: how long the former holders are told, 3 where to go on (0 = this is the first call),
--       4 what the call before says of the first one (0 = this is the first), 5 lease id and token of the only one that is to
--       end ('' = all), 6 quiet ms
-- Returns {holds that were ended, where to go on ('' = done), of the first call the last token and 1 = permits were free, or a
--         lease was over}
-- Invariant: the next token is higher than those of the holds that were ended; whoever is granted meanwhile is left alone. If
-- the one that is to end is over, or has another token by now, nothing changes.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
local FEW = 16
local reason, tombstone = ARGV[1], tonumber(ARGV[2])
local last, left = string.match(ARGV[4], '^(%d+) ?(%d?)$')
last = tonumber(last)
load(redis.call('HGET', key, 'v'))
if not S.v then return {0, '', '0'} end
if last == 0 then last = S.t else S.idle = left == '1' end
local only, token = string.match(ARGV[5], '^(%S+) (%d+)$')
local page
if only then
  local record = redis.call('HGET', key, 'h:' .. only)
  local h = record and parseHolder(record)
  if not h or h.token ~= tonumber(token) or h.expiry > 0 and h.expiry <= now() then return {0, '', '0'} end
  page = {'0', {'h:' .. only, record}}
else
  page = redis.call('HSCAN', key, ARGV[3], 'COUNT', FEW)
end
local all, ended, next = page[2], {}, page[1] ~= '0' and page[1] or ''
for i = 1, #all, 2 do
  if #ended == FEW then
    -- A page may have more than was asked for.
    next = ARGV[3]
    break
  end
  if string.sub(all[i], 1, 2) == 'h:' then
    local id, h = string.sub(all[i], 3), parseHolder(all[i + 1])
    if h.token <= last and S.change[all[i]] == nil then
      remove(id, h)
      if h.expiry > 0 and h.expiry <= now() then
        S.over = true
      else
        ended[#ended + 1] = {id = id, h = h}
        bury(id, tombstone, 'f' .. reason)
      end
    end
  end
end
if S.u == 0 then next = '' end
if next == '' then
  settle('', quietLeft(KEYS[2], tonumber(ARGV[6] or 0)) > 0)
else
  flush(0)
end
for _, x in ipairs(ended) do
  redis.pcall('PUBLISH', string.match(key, '^(.-):{') .. ':inbox:' .. ownerOf(x.id, x.h),
      table.concat({'f', x.id, reason}, '\t'))
end
return {#ended, next, int(last) .. ((S.idle or S.over) and ' 1' or ' 0')}
