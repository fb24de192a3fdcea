#!lua flags=no-writes
-- Findings: what the server tells of itself to a user who may ask.
-- KEYS  1 a key that nobody uses
-- Returns {some sections of INFO}; {''} when the user may not ask
local info = redis.pcall('INFO', 'memory', 'replication', 'server')
return {type(info) == 'string' and info or ''}
