-- The register of waits: a hash.
--   o:<owner>  version, believed until ms, number of wanted locks, these, the held locks, parted by tabs; a line break; the
--              record, which is the clients' own. Without the line break it is a tombstone: no record up to that version.
--   h:<lock>   owners whose records say that they hold it, parted by tabs
--   s          where the search for records that are over goes on
local MOST_OWNERS = 128
local MOST_LOCKS = 128
local function int(n) return string.format('%.0f', n) end
local REGISTER_TTL = 600000

local function split(text)
  local parts = {}
  for part in string.gmatch(text, '[^\t]+') do parts[#parts + 1] = part end
  return parts
end

local function parse(value)
  local head, record = string.match(value, '^([^\n]*)\n(.*)$')
  local parts = split(head or value)
  local found = {version = tonumber(parts[1]), untilMs = tonumber(parts[2]), wanted = {}, held = {}, record = record}
  local most = 3 + (tonumber(parts[3]) or 0)
  for i = 4, #parts do
    local list = i <= most and found.wanted or found.held
    list[#list + 1] = parts[i]
  end
  return found
end

local function holdersOf(lock)
  local owners = redis.call('HGET', KEYS[1], 'h:' .. lock)
  return owners and split(owners) or {}
end

local function remove(owner, found)
  for _, lock in ipairs(found.held) do
    local left = {}
    for _, other in ipairs(holdersOf(lock)) do
      if other ~= owner then left[#left + 1] = other end
    end
    if #left == 0 then
      redis.call('HDEL', KEYS[1], 'h:' .. lock)
    else
      redis.call('HSET', KEYS[1], 'h:' .. lock, table.concat(left, '\t'))
    end
  end
  redis.call('HDEL', KEYS[1], 'o:' .. owner)
end

-- What is on record of an owner, if that is still believed.
local function read(owner)
  local value = redis.call('HGET', KEYS[1], 'o:' .. owner)
  if not value then return nil end
  local found = parse(value)
  if found.untilMs <= now() then
    remove(owner, found)
    return nil
  end
  return found
end

local function contains(list, one)
  for _, each in ipairs(list) do
    if each == one then return true end
  end
  return false
end

local function put(owner, version, ttl, wanted, held, record, before)
  local head = {int(version), int(now() + ttl), int(#wanted)}
  for _, lock in ipairs(wanted) do head[#head + 1] = lock end
  for _, lock in ipairs(held) do head[#head + 1] = lock end
  local value = table.concat(head, '\t')
  if record then value = value .. '\n' .. record end
  local same = before and table.concat(before.held, '\t') == table.concat(held, '\t')
  if before and not same then remove(owner, before) end
  redis.call('HSET', KEYS[1], 'o:' .. owner, value)
  for _, lock in ipairs(held) do
    -- Also when nothing has changed: there may have been no room before.
    local owners = holdersOf(lock)
    if #owners < MOST_OWNERS and not contains(owners, owner) then
      owners[#owners + 1] = owner
      redis.call('HSET', KEYS[1], 'h:' .. lock, table.concat(owners, '\t'))
    end
  end
  redis.call('PEXPIRE', KEYS[1], REGISTER_TTL)
end

-- Drops records that nobody refreshes any more, a page a call.
local function sweep()
  local page = redis.call('HSCAN', KEYS[1], redis.call('HGET', KEYS[1], 's') or '0', 'COUNT', 16)
  for i = 1, #page[2], 2 do
    local owner = string.match(page[2][i], '^o:(.*)$')
    if owner then read(owner) end
  end
  if page[1] == '0' then
    redis.call('HDEL', KEYS[1], 's')
  else
    redis.call('HSET', KEYS[1], 's', page[1])
  end
end
