-- Whether a token from outside is too far ahead of the clock, and of all on record, to be one that was given out here: it
-- would carry all later tokens of the lock along.
local MOST_AHEAD = 86400000000
local AHEAD = {err = 'MORTISE_AHEAD a fencing token is more than a day ahead of the clock of the server'}
local function isAhead(token, known)
  if token <= known then return false end
  now()
  return token > math.max(known, nowUs) + MOST_AHEAD
end
