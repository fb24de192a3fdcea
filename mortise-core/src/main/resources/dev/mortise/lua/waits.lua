-- The register of waits: a hash.
--   o:<owner>  version, believed until ms, certain until ms; the wanted locks; the held locks; the record, which is the clients'
--              own: a line each but the record, parted by tabs. Without a record it is a tombstone: none up to that version.
--   h:<lock>   how many owners are said to hold it, and these, each followed by a tab. Some may no longer, or not wait: who
--              searches looks at what is on record of the owner, and drops it here.
--   s          where the search for what is over goes on
-- Long lists are searched and cut as texts, a few a call: to split one, or to write many, takes too long.
local MOST_OWNERS = 128
local MOST_TEXT = 8192
local MOST_LISTS = 4
local function int(n) return string.format('%.0f', n) end
local REGISTER_TTL = 600000

local function parse(value)
  local version, untilMs, certainMs, wanted, held, record =
    string.match(value, '^(%d+)\t(%d+)\t(%d+)\n([^\n]*)\n([^\n]*)\n?(.*)$')
  return {
    version = tonumber(version), untilMs = tonumber(untilMs), certainMs = tonumber(certainMs),
    wanted = wanted, held = held, record = record ~= '' and record or nil
  }
end

-- How many, and each with a tab before and behind it.
local function holdersOf(lock)
  local text = redis.call('HGET', KEYS[1], 'h:' .. lock)
  if not text then return 0, '\t' end
  local count, owners = string.match(text, '^(%d+)(.*)$')
  return tonumber(count), owners
end

local function writeHolders(lock, count, owners)
  if count == 0 then
    redis.call('HDEL', KEYS[1], 'h:' .. lock)
  else
    redis.call('HSET', KEYS[1], 'h:' .. lock, int(count) .. owners)
  end
end

local function without(owner, count, owners)
  local from, to = string.find(owners, '\t' .. owner .. '\t', 1, true)
  if not from then return count, owners end
  return count - 1, string.sub(owners, 1, from) .. string.sub(owners, to + 1)
end

-- Drops a record, and the owner from the first of its locks.
local function remove(owner, found)
  local lists = 0
  for lock in string.gmatch(found.held, '[^\t]+') do
    lists = lists + 1
    if lists > MOST_LISTS then break end
    local before, owners = holdersOf(lock)
    local count, left = without(owner, before, owners)
    if count < before then writeHolders(lock, count, left) end
  end
  redis.call('HDEL', KEYS[1], 'o:' .. owner)
end

-- Drops the first owner of a lock if nothing is on record of it.
local function dropFirst(lock, count, owners)
  local first = string.match(owners, '[^\t]+')
  if first and redis.call('HEXISTS', KEYS[1], 'o:' .. first) == 0 then
    count, owners = without(first, count, owners)
    writeHolders(lock, count, owners)
  end
  return count, owners
end

-- What is on record of an owner; also what is believed no more.
local function read(owner)
  local value = redis.call('HGET', KEYS[1], 'o:' .. owner)
  return value and parse(value)
end

local function put(owner, version, ttl, certain, wanted, held, record, before)
  local head = int(version) .. '\t' .. int(now() + ttl) .. '\t' .. int(now() + certain)
  local list = table.concat(held, '\t')
  local value = head .. '\n' .. table.concat(wanted, '\t') .. '\n' .. list
  if record then value = value .. '\n' .. record end
  if before and before.held ~= list then remove(owner, before) end
  redis.call('HSET', KEYS[1], 'o:' .. owner, value)
  redis.call('PEXPIRE', KEYS[1], REGISTER_TTL)
end

-- Says of the next few of these locks that the owner holds them, also if nothing has changed: there may have been no room.
local function hold(owner, held, first)
  for i = first, math.min(#held, first + MOST_LISTS - 1) do
    local lock = held[i]
    local count, owners = holdersOf(lock)
    if not string.find(owners, '\t' .. owner .. '\t', 1, true) then
      if count >= MOST_OWNERS or #owners >= MOST_TEXT then count, owners = dropFirst(lock, count, owners) end
      if count < MOST_OWNERS and #owners < MOST_TEXT then writeHolders(lock, count + 1, owners .. owner .. '\t') end
    end
  end
end

-- Drops a record that nobody refreshes any more, or a few owners that are gone from lists, of the next few fields. A page on which
-- there may be more is looked at again.
local function sweep()
  local dropped = 0
  local page = redis.call('HSCAN', KEYS[1], redis.call('HGET', KEYS[1], 's') or '0', 'COUNT', 8)
  for i = 1, #page[2], 2 do
    local kind, name = string.match(page[2][i], '^(.):(.*)$')
    if kind == 'o' then
      local found = parse(page[2][i + 1])
      if found.untilMs <= now() then
        remove(name, found)
        dropped = MOST_LISTS
      end
    elseif kind == 'h' then
      local count, owners = holdersOf(name)
      if dropFirst(name, count, owners) < count then dropped = dropped + 1 end
    end
    if dropped >= MOST_LISTS then return end
  end
  if page[1] == '0' then
    redis.call('HDEL', KEYS[1], 's')
  else
    redis.call('HSET', KEYS[1], 's', page[1])
  end
end
