-- What a holder has on record while there is no header.
local ONLY = '^(%d:%l+:([1-9]%d*))\t(.*)$'

-- The record of a holder as it is beside a header.
local function bare(record)
  local _, _, rest = string.match(record, ONLY)
  return rest or record
end
