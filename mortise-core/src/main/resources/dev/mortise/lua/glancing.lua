-- The first holders and waiters of a lock; the same work however many there are.
-- A holder is found by its lease id only, so the others are searched for, some fields a call. What was found stays in i, for
-- all that ask after that: the list is whole if those of it that still hold have all permits in use.
-- Returns {server ms, 1 = another call may find more holders, place of that waiter (0 = it has none), field, value, …}
local key = KEYS[1]
local MOST, FIELDS, TICKETS = 16, 256, 256

-- notes: whether what was found is noted.
local function glance(notes)
  local f = redis.call('HMGET', key, 'v', 'i', 'w:' .. ARGV[1])
  if not f[1] then
    local alone = redis.call('HLEN', key) == 2 and redis.call('HGETALL', key) or {}
    return {now(), 0, 0, unpack(alone)}
  end
  local u, up, qh, qt, qn = string.match(f[1], '^%S+ (%d+) %d+ %d+ %d+ (%^?)(%d+) (%d+) (%d+) %d+$')
  local out = {now(), 0, 0, 'v', f[1]}
  if not u then return out end
  local used, head, last, waiting = tonumber(u), tonumber(qh), tonumber(qt), tonumber(qn)

  local function add(field, value)
    out[#out + 1] = field
    out[#out + 1] = value
  end

  -- Answers how many of these fields are there; not more than so many are added.
  local function addAll(names, most)
    local added = 0
    for i, value in ipairs(#names > 0 and redis.call('HMGET', key, unpack(names)) or {}) do
      if value and added < most then
        add(names[i], value)
        added = added + 1
      end
    end
    return added
  end

  local found, seen, permits = {}, {}, 0
  local function holds(field, record)
    if record and not seen[field] and #found < MOST then
      seen[field] = true
      found[#found + 1] = string.sub(field, 3)
      permits = permits + (tonumber(string.match(record, '^%d+')) or 0)
      add(field, record)
    end
  end

  if used > 0 then
    local cursor, known = string.match(f[2] or '', '^(%d+)(.*)$')
    local names = {}
    for id in string.gmatch(known or '', '[^\t]+') do names[#names + 1] = 'h:' .. id end
    for i, record in ipairs(#names > 0 and redis.call('HMGET', key, unpack(names)) or {}) do holds(names[i], record) end
    if permits < used and #found < MOST then
      local page = redis.call('HSCAN', key, cursor or '0', 'MATCH', 'h:*', 'COUNT', FIELDS)
      for i = 1, #page[2], 2 do holds(page[2][i], page[2][i + 1]) end
      if permits < used and #found < MOST then out[2] = 1 end
      if notes then redis.call('HSET', key, 'i', page[1] .. '\t' .. table.concat(found, '\t')) end
    end
    local owners = {}
    for i, id in ipairs(found) do owners[i] = 'o:' .. id end
    addAll(owners, MOST)
  end

  local left = MOST
  if up ~= '' then left = left - addAll({'q:0'}, 1) end
  local first = head
  while left > 0 and left > MOST - waiting and first <= last and first < head + TICKETS do
    local names = {}
    for i = 1, math.min(MOST, last - first + 1) do names[i] = 'q:' .. first + i - 1 end
    left = left - addAll(names, left)
    first = first + #names
  end

  if f[3] then
    local ticket = tonumber(f[3])
    out[3] = ticket == 0 and 1 or math.max(1, math.min(ticket - head + (up ~= '' and 2 or 1), waiting))
  end
  return out
end
