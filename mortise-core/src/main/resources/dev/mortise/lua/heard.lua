-- Whether a message is known to have reached nobody, by what PUBLISH answered: how many heard it, or an error.
local function reachedNobody(count)
  return count == 0 or type(count) == 'table'
end
-- So waiters of whom it is not known when they asked are found out when their turn comes.
local TELLS = true
