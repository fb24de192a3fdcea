#!lua flags=allow-oom
-- Release: ends a lease and hands the lock on.
-- KEYS  1 lock, 2 quiet marker (only where one is kept)
-- ARGV  1 lease id, 2 the ticket that probably stands at the head of the queue and, after a blank, how far above the token of
--       its grant the last one is that was given out under it, if any was, 3 quiet ms
-- Returns 1 released; 0 the lease is not on record
-- Invariant: without its lease on record it changes nothing.
--@include clock.lua
--@include format.lua
local id = ARGV[1]
local hint, used = string.match(ARGV[2], '^(%d+) ?(%d*)$')
local f = redis.call('HMGET', KEYS[1], 'v', 'h:' .. id, 'q:' .. hint)
local record = f[2]
if not record then return 0 end

-- Nobody has wanted it since it was granted: nothing is left of it, once the clock has passed all tokens that were given out, or
-- that others of the same client may have, as the readers that joined this one.
if not f[1] and string.sub(record, 2, 2) == ':' then
  local reader, token
  if used ~= '' or string.sub(record, 3, 3) == 'r' then
    reader, token = string.match(record, '^%d:%l+:%d+\t(%d+)\t%d+\t%d+\t(%d+)\t')
    reader = reader == '1' and string.sub(record, 3, 3) == 'r'
    now()
  end
  if not token or token + (reader and BLOCK - 1 or used == '' and 0 or used) < nowUs then
    redis.call('DEL', KEYS[1])
    return 1
  end
end
--@include heard.lua
--@include runid.lua
--@include quiet.lua
-- As in acquire.lua the usual ways come first, and write what the rest would write.
local shape, u, t, e, g, qh, qt, qn = string.match(f[1] or '', HEADER)
if shape then
  local permits, lease, token, since = string.match(record, '^(%d+)\t(%d+)\t%d+\t(%d+)\t%d+\t(%-?%d+)\t[^\t]*$')
  local format, kind, capacity = string.match(shape, '^([12]):(%l+):([1-9]%d*)$')
  local block = kind == 's' and 0 or BLOCK - 1
  if not permits or not kind then
    -- It is damaged.
  elseif qn == '0' and permits == u then
    -- The only holder of a lock that nobody waits for. Of its tokens those that were not used can be issued again, if none was
    -- issued after them; and nothing is left of the record, if the clock has passed the last one.
    local last = tonumber(t)
    if permits == capacity and last == token + block then last = math.min(last, token + (used == '' and 0 or used)) end
    if since == '0' and last == tonumber(token) then
      redis.call('DEL', KEYS[1])
      return 1
    end
    now()
    if last < nowUs then
      redis.call('DEL', KEYS[1])
      return 1
    elseif format == '2' and lease ~= '0' and redis.acl_check_cmd('HDEL', KEYS[1], '') then
      redis.call('HSET', KEYS[1], 'v', '- 0 ' .. int(last) .. ' 0 0 1 0 0 0')
      redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id, 'a:' .. id)
      redis.call('PEXPIRE', KEYS[1], math.floor((last - nowUs) / 1000) + 1)
      return 1
    end
  elseif qn == '0' and lease ~= '0' and redis.acl_check_cmd('HDEL', KEYS[1], '') then
    -- Others hold too, and nobody waits.
    redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. int(u - permits) .. ' ' .. t .. ' ' .. e .. ' ' .. int(g + 1) .. ' ' .. qh ..
        ' ' .. qt .. ' 0 0')
    redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id, 'a:' .. id)
    return 1
  elseif f[3] and hint == qh and permits == u and permits == capacity and lease ~= '0' and format == '1'
      and not (KEYS[2] and quietLeft(KEYS[2], tonumber(ARGV[3])) > 0) then
    -- The next one has all of it, or is the last who waits.
    local wid, needs, wants, asked, note = string.match(f[3], '^([^\t]+)\t(%d+)\t(%d+)\t%d+\t(%d+)\t(.*)$')
    local ms = now()
    if wid and (needs == capacity or qn == '1' and tonumber(needs) <= tonumber(capacity))
        and (asked == '0' or asked + SILENT > ms)
        and redis.acl_check_cmd('HSET', KEYS[1], '', '') and redis.acl_check_cmd('HDEL', KEYS[1], '') then
      t = tonumber(t)
      if t == token + block then t = math.min(t, token + (used == '' and 0 or used)) end
      local next = math.max(t + 1, nowUs)
      local text = int(next)
      local claim = (wants == '0' or wants - CLAIM > 0) and CLAIM or tonumber(wants)
      local ends = int(ms + claim)
      local left = qn - 1
      local prefix, name = string.match(KEYS[1], '^(.-):{(.*)}$')
      -- If nobody hears it nothing is written yet, and the rest goes on to the next.
      if not reachedNobody(redis.pcall('PUBLISH', prefix .. ':inbox:' .. string.sub(wid, 1, 22),
          'g\t' .. wid .. '\t' .. text .. '\t' .. claim .. '\t' .. left .. '\t' .. name)) then
        redis.call('HSET', KEYS[1], 'v', shape .. ' ' .. needs .. ' ' .. int(next + block) .. ' ' .. ends ..
            ' ' .. int(g + 1) .. ' ' .. int(hint + 1) .. ' ' .. qt .. ' ' .. left .. ' 0',
            'h:' .. wid, needs .. '\t' .. wants .. '\t' .. ends .. '\t' .. text .. '\t0\t' ..
            (next == nowUs and '0' or int(math.floor((next - nowUs + 999) / 1000))) .. '\t',
            'o:' .. wid, note)
        redis.call('HDEL', KEYS[1], 'h:' .. id, 'o:' .. id, 'q:' .. hint, 'w:' .. wid, 'a:' .. id)
        if hint % 64 == 0 then redis.call('PEXPIRE', KEYS[1], claim + DAY, 'GT') end
        return 1
      end
    end
  end
end
--@include record.lua
--@include settle.lua
load(f[1])
local h = parseHolder(record)
remove(id, h)
if h.permits == S.n then giveBack(h.token, h.token + (tonumber(used) or 0)) end
if S.qn == 0 then
  flush(0)
else
  settle('', quietLeft(KEYS[2], tonumber(ARGV[3] or 0)) > 0)
end
return 1
