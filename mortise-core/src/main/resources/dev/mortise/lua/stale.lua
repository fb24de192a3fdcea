#!lua flags=allow-oom
-- Stale: drops what was found to be stale, if it still is: what is over, and what was not heard of for a grace time.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 grace ms, 2 a few things, parted by blanks: h:<lease id> a holder, w:<lease id> a waiter, k the key of a lock that
--       nobody uses; 3 quiet ms
-- Returns {a digit for each}: 1 it was dropped, 2 that must be seen again later, 0 it stays, or is gone
-- Invariant: the rules of collect.lua. What was granted, renewed or adopted, or has asked, within the grace time stays.
--@include clock.lua
--@include heard.lua
--@include format.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
--@include uptime.lua
--@include absent.lua
load(redis.call('HGET', key, 'v'))
local quiet = S.v and quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0
local codes, told = {}, {}

local function holder(id)
  local record = get('h:' .. id)
  local h = record and parseHolder(record)
  if not h or h.expiry > now() then return 0 end
  local code = 1
  if h.expiry > 0 then
    S.over = true
  elseif quiet then
    return now() - aliveAt(h) >= grace and 2 or 0
  else
    code = absent(id, h)
  end
  if code == 1 then remove(id, h) end
  return code
end

-- A server that was just started has not given those time to ask who live.
local function isYoung()
  local up = KEYS[2] and grace or upFor()
  return up > 0 and up < grace
end

local function waiter(id)
  local ticket = get('w:' .. id)
  local record = ticket and get('q:' .. ticket)
  local w = record and parseWaiter(record)
  if not w then return 0 end
  if w.asked == 0 then
    put('q:' .. ticket, askedAt(w, now()))
    return 2
  end
  if not isSilent(w, grace) then return 0 end
  if quiet or isYoung() then return 2 end
  local reader = tonumber(ticket) == UPGRADE and get('h:' .. id)
  told[#told + 1] = {client = reader and ownerOf(id, parseHolder(reader)) or clientOf(id), id = id}
  dequeue(tonumber(ticket), id)
  return 1
end

-- Of a lock that nobody uses there are only tombstones, and the last token while the clock has not passed that.
local function whole()
  if S.v or not S.exists or S.z > now() or S.t >= nowUs then return 0 end
  S.z = 0
  return 1
end

for thing in string.gmatch(ARGV[2], '%S+') do
  local id = string.sub(thing, 3)
  if thing == 'k' then
    codes[#codes + 1] = whole()
  elseif not S.v then
    codes[#codes + 1] = 0
  else
    codes[#codes + 1] = string.sub(thing, 1, 1) == 'h' and holder(id) or waiter(id)
  end
end
if S.v then
  settle('', quiet)
elseif S.exists and S.z == 0 then
  flush(0)
end
-- One that lives comes back at its place.
for _, w in ipairs(told) do tell(w.client, w.id) end
return {table.concat(codes)}
