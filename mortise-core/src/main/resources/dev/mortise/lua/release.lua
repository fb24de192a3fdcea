#!lua flags=allow-oom
-- Release: ends a lease and hands the lock on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 the ticket that probably stands at the head of the queue and, after a blank, how far above the token of
--       its grant the last one is that was given out under it, if any was, 3 quiet ms
-- Returns 1 released; 0 the lease is not on record
-- Invariant: without its lease on record it changes nothing.
local id, hint, used = ARGV[1], string.match(ARGV[2], '^(%d+) ?(%d*)$')
hint, used = tonumber(hint), tonumber(used) or 0
local f = redis.call('HMGET', KEYS[1], 'v', 'u', 't', 'e', 'g', 'qh', 'qt', 'qn', 'z', 'h:' .. id, 'q:' .. hint)
if not f[10] then return 0 end

-- The only holder of a lock that nobody waits for, well-formed, and no tombstone; and its token is the last that was given
-- out, and was not ahead of the clock: nothing is left of the record. That takes less than setting up the rest of this
-- script.
if not f[8] and not f[9] and f[1] and used == 0 then
  local permits, token = string.match(f[10], '^(%d+)\t%d+\t%d+\t(%d+)\t%d+\t0\t[^\t]*\t')
  local kind, capacity = string.match(f[1], ':(%l+):([1-9]%d*)$')
  if kind and permits == f[2] and (kind == 's' or permits == capacity)
      and tonumber(f[3]) == token + (kind == 's' and 0 or 63) then
    redis.call('DEL', KEYS[1])
    return 1
  end
end
--@include clock.lua
--@include record.lua
--@include settle.lua
--@include runid.lua
--@include quiet.lua
load(f)
local h = parseHolder(f[10])
remove(id, h)
if h.permits == S.n then giveBack(h.token, h.token + used) end
if S.qn == 0 then
  flush(0)
else
  settle('', hint, f[11], quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
end
return 1
