#!lua flags=allow-oom
-- Adopt: a detached lease passes to another client, once.
-- KEYS  1 lock
-- ARGV  1 lease id, 2 adoptions so far, as the ticket says, 3 adoption id: client id and a number, 4 lease ms,
--       5 owner TAB label, 6 token of the lease, as the ticket says: one given out under its grant, or under an
--       earlier one, if it was a writer's and is a reader's now
-- Returns {1, token, waiting} adopted; {0} the lease is over, or the ticket was used, or is damaged
-- Invariant: of two adoptions with one ticket at most one succeeds; the same one repeated succeeds again. No token is
-- believed above those that were given out.
--@include clock.lua
--@include format.lua
--@include record.lua
local id, adoption = ARGV[1], tonumber(ARGV[2]) + 1 .. ':' .. ARGV[3]
local f = redis.call('HMGET', key, 'v', 'h:' .. id)
load(f[1])
local h = f[2] and parseHolder(f[2])
if not h or h.expiry > 0 and h.expiry <= now() then return {0} end
if tonumber(ARGV[6]) > S.t then return {0} end
local before = tonumber(string.match(h.adoption, '^%d+') or 0)
if h.adoption ~= adoption and before ~= tonumber(ARGV[2]) then return {0} end
local lease = tonumber(ARGV[4])
local expiry = lease == 0 and 0 or now() + lease
if h.expiry > 0 or h.adoption == adoption then expiry = later(h.expiry, expiry) end
h.adoption = adoption
put('o:' .. id, ARGV[5])
extend(id, h, lease, expiry)
return {1, h.token, S.qn}
