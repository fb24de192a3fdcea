-- Which owners wait while they hold one of these locks, or one that such an owner waits for, and so on.
-- Returns {1 there are more than it looked at, else 0; record, … of them, the nearest first}, without that owner.
local function waiting(wanted, owner)
  -- Breadth first; an owner that does not wait is not in the register, and ends the way.
  local out, seenOwner, seenLock = {0}, {[owner] = true}, {}
  local at, locks = 1, 0
  while wanted[at] do
    local lock = wanted[at]
    at = at + 1
    if not seenLock[lock] then
      seenLock[lock] = true
      locks = locks + 1
      if locks > MOST_LOCKS then
        out[1] = 1
        return out
      end
      for _, other in ipairs(holdersOf(lock)) do
        if not seenOwner[other] then
          seenOwner[other] = true
          local found = read(other)
          if found and found.record then
            if #out > MOST_OWNERS then
              out[1] = 1
              return out
            end
            out[#out + 1] = found.record
            for _, next in ipairs(found.wanted) do wanted[#wanted + 1] = next end
          end
        end
      end
    end
  end
  return out
end
