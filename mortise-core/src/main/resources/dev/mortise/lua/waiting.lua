-- Which owners wait while they hold one of these locks, or one that such an owner waits for, and so on, without that owner: a
-- page of them.
-- Where to look: a lock, or a lock, a tab, and where in its list.
-- Returns {how many places are left to look at, these, …; what was found}: of the owners, the nearest first, 1 or 0 and a record; 1 =
-- the client of that owner lets no lease go that is in it, as it was told at most so long ago. And of each lock that was looked at,
-- '=', the lock, a tab and a line of its list.
local MOST_STEPS = 32
local MOST_PLACES = 128
local MOST_ANSWER = 32768
-- Of a step: a line of a list whose owner is known by then.
local LINE = 1 / 16

local function waiting(places, owner)
  -- Breadth first; an owner that does not wait is not in the register, and ends the way.
  local out, size, steps, at = {}, 0, 0, 1
  local known, seenPlace = {[owner] = {record = ''}}, {}
  for _, place in ipairs(places) do seenPlace[place] = true end
  local function isFull()
    return steps >= MOST_STEPS or size >= MOST_ANSWER or #places - at >= MOST_PLACES
  end
  local function told(text)
    out[#out + 1] = text
    size = size + #text
  end
  while places[at] and not isFull() do
    local lock, from = string.match(places[at], '^(.*)\t(%d+)$')
    lock = lock or places[at]
    steps = steps + 1
    local count, text = lines(redis.call('HGET', KEYS[1], 'h:' .. lock))
    local left, kept = count, text
    local position = tonumber(from) or 2
    while true do
      local first, _, other, version = string.find(text, '([^\t\n]+)\t(%d+)', position)
      if not first then break end
      local last = string.find(text, '\n', first, true) - 1
      if isFull() then
        -- Those that were dropped before it do not stand there any more.
        table.insert(places, at + 1, lock .. '\t' .. int(first - (#text - #kept)))
        break
      end
      position = last + 2
      steps = steps + LINE
      local found = known[other]
      local isFirst = found == nil
      if isFirst then
        steps = steps + 1
        found = read(other) or {record = ''}
        known[other] = found
      end
      if other ~= owner then
        local counts = isOf(version, found)
        if not counts and isFirst then left, kept = without(other, found, left, kept) end
        if counts and found.untilMs > now() and found.done == found.total then
          if not found.isTold then
            found.isTold = true
            told((found.certainMs > now() and '1' or '0') .. found.record)
            for wanted in string.gmatch(found.wanted, '[^\t]+') do
              if not seenPlace[wanted] then
                seenPlace[wanted] = true
                places[#places + 1] = wanted
              end
            end
          end
          told('=' .. lock .. '\t' .. string.sub(text, first, last))
        end
      end
    end
    if left < count then
      if left == 0 then
        redis.call('HDEL', KEYS[1], 'h:' .. lock)
      else
        redis.call('HSET', KEYS[1], 'h:' .. lock, int(left) .. kept)
      end
    end
    at = at + 1
  end
  local answer = {#places - at + 1}
  for i = at, #places do answer[#answer + 1] = places[i] end
  for _, text in ipairs(out) do answer[#answer + 1] = text end
  return answer
end
