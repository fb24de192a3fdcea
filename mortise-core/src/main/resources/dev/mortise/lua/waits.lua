-- The register of waits: a hash. No field is long: an owner of many locks has many fields.
--   o:<owner>      version, believed until ms, certain until ms, how many of its holds are entered, how many it has, the first and
--                  the last of its chunks, the first of this version; the wanted locks; some locks in whose lists it found no room;
--                  the record, which is the clients' own: a line each but the record, parted by tabs. A tombstone has no record:
--                  none up to that version.
--   c:<owner>\t<n> a chunk: locks in whose lists that owner was entered by one call. It stands until it was taken out of them.
--   h:<lock>       how many holds, and a line for each: owner, version of its record, hold id, permits, since ms. One of another
--                  version than the owner's record counts for nothing, and neither does a record that is not entered wholly.
--   s              where the search for what is over goes on
-- Lists are searched and cut as texts, as to split one takes too long.
local MOST_HOLDERS = 128
local MOST_TEXT = 16384
-- Of lists that one call writes, and of bytes that it reads of them.
local MOST_LISTS = 32
local MOST_READ = 16384
-- Of locks without room that are remembered.
local MOST_MISSED = 2
local REGISTER_TTL = 600000
local function int(n) return string.format('%.0f', n) end

-- Long texts are cut at a place that is found, as a pattern goes through them byte by byte.
local function parse(value)
  local headEnd = string.find(value, '\n', 1, true)
  local wantedEnd = string.find(value, '\n', headEnd + 1, true)
  local missedEnd = string.find(value, '\n', wantedEnd + 1, true)
  local version, untilMs, certainMs, done, total, low, high, mine =
    string.match(value, '^(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)')
  return {
    version = tonumber(version), untilMs = tonumber(untilMs), certainMs = tonumber(certainMs), done = tonumber(done),
    total = tonumber(total), low = tonumber(low), high = tonumber(high), mine = tonumber(mine),
    wanted = string.sub(value, headEnd + 1, wantedEnd - 1), missed = string.sub(value, wantedEnd + 1, missedEnd - 1),
    record = string.sub(value, missedEnd + 1)
  }
end

-- What is on record of an owner; also what is believed no more.
local function read(owner)
  local value = redis.call('HGET', KEYS[1], 'o:' .. owner)
  return value and parse(value)
end

local function write(owner, found)
  redis.call('HSET', KEYS[1], 'o:' .. owner, table.concat({
    int(found.version), int(found.untilMs), int(found.certainMs), int(found.done), int(found.total),
    int(found.low), int(found.high), int(found.mine)
  }, '\t') .. '\n' .. found.wanted .. '\n' .. found.missed .. '\n' .. found.record)
  redis.call('PEXPIRE', KEYS[1], REGISTER_TTL)
end

-- Whether a line of that version counts, now or when all is entered.
local function isOf(version, found)
  return found and found.record ~= '' and tonumber(version) == found.version
end

-- How many, and their lines with a line break before the first.
local function lines(text)
  if not text then return 0, '\n' end
  local from = string.find(text, '\n', 1, true)
  return tonumber(string.sub(text, 1, from - 1)), string.sub(text, from)
end

local function hasRoom(count, text)
  return count < MOST_HOLDERS and #text < MOST_TEXT
end

-- A hold found no room in the list of that lock.
local function misses(found, lock)
  local _, known = string.gsub(found.missed, '[^\t]+', '')
  if known < MOST_MISSED and not string.find('\t' .. found.missed .. '\t', '\t' .. lock .. '\t', 1, true) then
    found.missed = known == 0 and lock or found.missed .. '\t' .. lock
  end
end

-- Whether there is room by now for one that was missed.
local function mayEnter(found)
  for lock in string.gmatch(found.missed, '[^\t]+') do
    local text = redis.call('HGET', KEYS[1], 'h:' .. lock)
    if not text or hasRoom(tonumber(string.match(text, '^%d+')), text) then return true end
  end
  return false
end

-- Without the lines of that owner that do not count.
local function without(owner, found, count, text)
  local start = '\n' .. owner .. '\t'
  local from = string.find(text, start, 1, true)
  while from do
    local version = string.match(text, '^%d+', from + #start)
    local last = string.find(text, '\n', from + #start, true)
    if isOf(version, found) then
      from = string.find(text, start, last, true)
    else
      count, text = count - 1, string.sub(text, 1, from - 1) .. string.sub(text, last)
      from = string.find(text, start, from, true)
    end
  end
  return count, text
end

-- Without the first line if it does not count.
local function withoutFirst(count, text)
  local owner, version = string.match(text, '^\n([^\t]+)\t(%d+)')
  local found = owner and read(owner)
  if owner and not isOf(version, found) then return without(owner, found, count, text) end
  return count, text
end

local function writeLists(changed, gone)
  if changed[1] then redis.call('HSET', KEYS[1], unpack(changed)) end
  if gone[1] then redis.call('HDEL', KEYS[1], unpack(gone)) end
end

-- Takes an owner out of the next lists in which it was entered before. That of a long chunk goes on with the next call.
local function clean(owner, found)
  if found.low >= found.mine then return end
  local field = 'c:' .. owner .. '\t' .. int(found.low)
  local names, rest, fields, size = redis.call('HGET', KEYS[1], field) or '', {}, {}, 0
  local changed, gone = {}, {field}
  for lock in string.gmatch(names, '[^\t]+') do fields[#fields + 1] = 'h:' .. lock end
  for i, name in ipairs(fields) do
    if size > MOST_READ then
      rest[#rest + 1] = string.sub(name, 3)
    else
      local value = redis.call('HGET', KEYS[1], name)
      size = size + #(value or '')
      local before, text = lines(value)
      local count, left = without(owner, found, before, text)
      if count == 0 and before > 0 then
        gone[#gone + 1] = name
      elseif count < before then
        changed[#changed + 1] = name
        changed[#changed + 1] = int(count) .. left
      end
    end
  end
  if rest[1] then
    changed[#changed + 1] = field
    changed[#changed + 1] = table.concat(rest, '\t')
    table.remove(gone, 1)
  else
    found.low = found.low + 1
  end
  writeLists(changed, gone)
end

-- Nothing of the owner counts from here on. What it leaves in lists goes a chunk a call; until then its field says so.
-- Returns how many chunks are left.
local function drop(owner, found)
  found.certainMs, found.done, found.total, found.missed, found.wanted, found.record = 0, 0, 0, '', '', ''
  found.mine = found.high + 1
  clean(owner, found)
  if found.untilMs <= now() and found.low > found.high then
    redis.call('HDEL', KEYS[1], 'o:' .. owner)
  else
    write(owner, found)
  end
  return found.high - found.low + 1
end

-- Enters some holds, from that one on: lines that begin with the name of a lock. Again they change nothing.
-- Returns how many were looked at, as lists may be long, and whether there is time for a search as well.
local function hold(owner, found, first, holds)
  local changed, added, seen, size = {}, {}, {}, 0
  local index, count, texts = 0, {}, {}
  while holds[index + 1] and index < MOST_LISTS and size <= MOST_READ do
    index = index + 1
    local lock, id, rest = string.match(holds[index], '^([^\t]+)(\t[^\t]+\t)(.*)$')
    -- The times differ when it is told again.
    local line = '\n' .. owner .. '\t' .. int(found.version) .. id
    if not texts[lock] then
      local value = redis.call('HGET', KEYS[1], 'h:' .. lock)
      size = size + #(value or '')
      count[lock], texts[lock] = lines(value)
      count[lock], texts[lock] = without(owner, found, count[lock], texts[lock])
    end
    if not string.find(texts[lock], line, 1, true) then
      if not hasRoom(count[lock], texts[lock]) then
        count[lock], texts[lock] = withoutFirst(count[lock], texts[lock])
      end
      if hasRoom(count[lock], texts[lock]) then
        count[lock] = count[lock] + 1
        texts[lock] = string.sub(texts[lock], 1, -2) .. line .. rest .. '\n'
        if not seen[lock] then
          seen[lock] = true
          added[#added + 1] = lock
        end
      else
        misses(found, lock)
      end
    end
  end
  for i, lock in ipairs(added) do
    changed[#changed + 1] = 'h:' .. lock
    changed[#changed + 1] = int(count[lock]) .. texts[lock]
  end
  if added[1] then
    found.high = found.high + 1
    changed[#changed + 1] = 'c:' .. owner .. '\t' .. int(found.high)
    changed[#changed + 1] = table.concat(added, '\t')
  end
  writeLists(changed, {})
  found.done = math.max(found.done, first + index - 1)
  return index, index <= 8 and size <= 4096
end

-- Drops a record that no client refreshes any more, of the next few fields. A page on which there is more to drop is looked at
-- again.
local function sweep()
  local page = redis.call('HSCAN', KEYS[1], redis.call('HGET', KEYS[1], 's') or '0', 'COUNT', 8)
  for i = 1, #page[2], 2 do
    local kind, name = string.match(page[2][i], '^(.):(.*)$')
    if kind == 'o' then
      local untilMs = tonumber(string.match(page[2][i + 1], '^%d+\t(%d+)'))
      if untilMs <= now() then
        local found = read(name)
        if found and found.untilMs <= now() and drop(name, found) > 0 then return end
      end
    end
  end
  if page[1] == '0' then
    redis.call('HDEL', KEYS[1], 's')
  else
    redis.call('HSET', KEYS[1], 's', page[1])
  end
end
