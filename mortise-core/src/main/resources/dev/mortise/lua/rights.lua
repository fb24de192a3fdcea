#!lua flags=no-writes
-- Rights: tries each command that the other scripts use. What may be used fails, or does nothing, for another reason: there
-- is no such key, and this script may not write.
-- KEYS  1 a key that nobody uses
-- ARGV  1 a channel that nobody hears yet, 2 '1' = also what a quiet period takes
-- Returns {command, error, command, error, …}
local key = KEYS[1]
local errors = {}
local function try(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) == 'table' and reply.err then
    errors[#errors + 1] = command
    errors[#errors + 1] = reply.err
  end
end
try('TIME')
try('EXISTS', key)
try('HGET', key, 'v')
try('HMGET', key, 'v')
try('HGETALL', key)
try('HLEN', key)
try('HSCAN', key, '0')
try('HEXISTS', key, 'v')
try('HSET', key, 'v', '')
try('HDEL', key, 'v')
try('PEXPIRE', key, '1')
try('DEL', key)
try('PUBLISH', ARGV[1], '')
if ARGV[2] == '1' then try('INFO', 'server') end
return errors
