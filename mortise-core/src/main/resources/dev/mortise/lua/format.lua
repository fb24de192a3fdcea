-- How one lock is written: one hash. Its field v is the header, nine words parted by blanks, all numbers but the first:
--   format:kind:capacity, '-' while nobody uses the lock · permits in use · no token up to this is issued again · no lease ends
--   before this (ms, 0 = none ends) · counter of ownership and queue changes · first ticket of the queue, behind a '^' while
--   ticket 0 waits too · last ticket · how many wait · when the last tombstone ends (ms, 0 = there is none)
-- As long as somebody holds the lock that was free, and nobody has wanted it since, there is no v: the only fields are h and o of
-- that lease, and h begins with format:kind:capacity; the rest of the header is as it was at that grant. So it is written
-- once and deleted once. A lease without expiry, or with a token ahead of the clock, has a header.
-- Other fields of the lock
--   c  clients that want to know when somebody waits; only while nobody does
--   k  until when a node of a quorum is kept for those who were told that it is free (ms); only while somebody waits
--   s  a search for leases that are over, of a lock with many fields: the cursor, the earliest end that was seen so far, and
--      the end in the header that it began with; it counts only while that is the same
--   y  number of the oldest tombstone, and of the next one
--   i  which holders a glance has found, and where its search goes on; a hint, see glancing.lua
--   p  where the search for leases that a forgotten one displaces goes on
-- and per lease
--   h:<lease id>  holder:  permits, lease ms, expiry ms, token, renewals, since, adoption
--   o:<lease id>  holder:  owner, label; by themselves, so that in most locks no value is too long for the compact encoding
--   q:<ticket>    waiter:  lease id, permits, lease ms, since ms, asked ms, owner, label
--   w:<lease id>  its ticket
--   x:<lease id>  tombstone: until ms, why
--   y:<number>    lease id of that tombstone
--   d:<lease id>  holder without expiry that is not renewed, as was seen before: its renewals, since ms
--   a:<lease id>  holder that wanted to be the writer: attempts below this number are over
-- separated by tabs, which no name, owner or label can hold. A lease of 0 ms has no expiry; of one that was
-- renewed, 'renewals' is not how often, but when (ms) it was the last time. 'since' of a holder is how
-- far the token was ahead of the clock at its grant, in ms, rounded up. Ticket 0 is that of a reader who waits to be the
-- writer: it holds meanwhile, so that wait asks for the permits that are missing, and ends with the hold.
-- 'asked' is when a waiter last asked; 0 = it joined behind others, without the clock being read, and has not asked since.
-- Of one whom no message reaches it is in the future: until then it is believed to be there.
-- Format 1 is that of one authority, 2 that of a node of a quorum: there the holders are votes, and the server issues no
-- token.
-- The usual ways of a lock with no tombstone and no ticket 0 match HEADER, so only those ways need not look for either.
local HEADER = '^(%S+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) 0$'
local HOLDER = '^(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(%-?%d+)\t([^\t]*)$'
local WAITER = '^([^\t]+)\t(%d+)\t(%d+)\t(%d+)\t(%d+)\t(.*)$'
-- How many tokens come with a grant, but of a semaphore.
local BLOCK = 64
local DAY = 86400000
local NO_EXPIRY_TTL = 366 * DAY
local CLAIM = 5000
-- Those who wait ask again within 4 s. Who has not for so long is gone, or its wait has ended (ms).
local SILENT = 15000
-- Of a quorum, a node takes tokens from clients whose clocks are behind its own by no more than that (us). There t is ahead
-- of the largest token that was accepted by as much, and a vote must be above t, and above the clock, less that.
local LAG = 5000000

-- Above 10^14 a number becomes text only so.
local function int(x)
  return string.format('%.0f', x)
end
