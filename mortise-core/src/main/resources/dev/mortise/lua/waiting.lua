-- Which owners wait while they hold one of these locks, or one that such an owner waits for, and so on, without that owner: a
-- page of them.
-- Where to look: a lock, or a lock, a tab, and where in the list of its owners.
-- Returns {how many places are left to look at, these, …; 1 or 0 and a record, … of the owners, the nearest first}. 1 = the
-- client of that owner lets no lease go that is in it, as it was told at most so long ago.
local MOST_STEPS = 32
local MOST_PLACES = 128
local MOST_ANSWER = 32768

local function waiting(places, owner)
  -- Breadth first; an owner that does not wait is not in the register, and ends the way.
  local found, size, steps, at = {}, 0, 0, 1
  local seenOwner, seenPlace = {[owner] = true}, {}
  for _, place in ipairs(places) do seenPlace[place] = true end
  local function isFull()
    return steps >= MOST_STEPS or size >= MOST_ANSWER or #places - at >= MOST_PLACES
  end
  while places[at] and not isFull() do
    local lock, from = string.match(places[at], '^(.*)\t(%d+)$')
    lock = lock or places[at]
    steps = steps + 1
    local count, owners = holdersOf(lock)
    local left, text = count, owners
    local position = tonumber(from) or 2
    while true do
      local first, last = string.find(owners, '[^\t]+', position)
      if not first then break end
      if isFull() then
        -- Those that were dropped before it do not stand there any more.
        table.insert(places, at + 1, lock .. '\t' .. int(first - (#owners - #text)))
        break
      end
      position = last + 1
      local other = string.sub(owners, first, last)
      if not seenOwner[other] then
        seenOwner[other] = true
        steps = steps + 1
        local record = read(other)
        if not record or not string.find('\t' .. record.held .. '\t', '\t' .. lock .. '\t', 1, true) then
          left, text = without(other, left, text)
        elseif record.record and record.untilMs > now() then
          found[#found + 1] = (record.certainMs > now() and '1' or '0') .. record.record
          size = size + #record.record
          for wanted in string.gmatch(record.wanted, '[^\t]+') do
            if not seenPlace[wanted] then
              seenPlace[wanted] = true
              places[#places + 1] = wanted
            end
          end
        end
      end
    end
    if left < count then writeHolders(lock, left, text) end
    at = at + 1
  end
  local out = {#places - at + 1}
  for i = at, #places do out[#out + 1] = places[i] end
  for _, record in ipairs(found) do out[#out + 1] = record end
  return out
end
