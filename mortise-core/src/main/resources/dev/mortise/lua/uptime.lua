-- For how long this server has surely had what it has of its locks from nobody but itself, in ms: since its process began,
-- if it never was a replica. 0 = not known. A part of its own, so that a test can stand in for a restart.
local function upFor()
  local server, replication = redis.pcall('INFO', 'server'), redis.pcall('INFO', 'replication')
  if type(server) ~= 'string' or type(replication) ~= 'string' then return 0 end
  local seconds = string.match(server, 'uptime_in_seconds:(%d+)')
  local alone = string.find(replication, 'role:master', 1, true) and string.find(replication, 'master_replid2:0+%s')
  return seconds and alone and 1000 * seconds or 0
end
