-- Whether a message is known to have reached nobody, by what PUBLISH answered: a node of a cluster counts only those who
-- listen on that node, so only an error tells.
local function reachedNobody(count)
  return type(count) == 'table'
end
-- So it must be known of each waiter when it asked.
local TELLS = false
