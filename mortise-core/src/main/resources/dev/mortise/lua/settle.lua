-- Who holds the lock next. Every operation ends here: drop the leases that are over, then give what is free to the head
-- of the queue, in order, until one does not fit.
-- One call looks at no more than so many waiters, grants, fields of a search and tickets of nobody; S.more tells the next one
-- to go on.
local VISITS = 104
local GRANTS = 16
local FIELDS = 64
local ENDS = 64
-- By how much older it counts when its turn comes and nobody listens.
local MISS = 5000

-- A waiter whom no message reaches is to ask every so often (ms), and is believed to be there for that long (ms).
local DEAF_POLL, DEAF_TRUST = 250, 3000

local function clientOf(id)
  return string.sub(id, 1, 22)
end

-- The client that has this lease now.
local function ownerOf(id, h)
  return clientOf(string.match(h.adoption, '^%d+:(.*)$') or id)
end

-- Drops holders whose lease is over and finds the earliest end of those that stay; answers how many it dropped. What this
-- call has decided already is not in the hash yet. Of a lock with many fields each call sees some.
local function expire()
  if S.e == 0 or S.e > now() or S.searched then return 0 end
  S.searched = true
  local cursor, earliest = search()
  local page = redis.call('HSCAN', key, cursor, 'COUNT', FIELDS)
  local all, w, dropped = page[2], upgradeWait(), 0
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'h:' and S.change[all[i]] == nil then
      local h = parseHolder(all[i + 1])
      if h.expiry > 0 and h.expiry <= now() then
        dropHolder(string.sub(all[i], 3))
        S.u, S.g = S.u - h.permits, S.g + 1
        dropped = dropped + 1
        if w and 'h:' .. w.id == all[i] then dequeue(UPGRADE, w.id) end
      elseif h.expiry > 0 and (earliest == 0 or h.expiry < earliest) then
        earliest = h.expiry
      end
    end
  end
  S.over = S.over or dropped > 0
  if S.u > 0 and page[1] ~= '0' then
    searched(page[1], earliest)
    S.more = true
    return dropped
  end
  if get('s') then drop('s') end
  S.e = earliest
  if S.u == 0 then noHolder() end
  return dropped
end

-- Makes a lease a holder. lease: what it is worth from now on.
local function grant(id, permits, lease, expiresAfter, note, floor)
  local token = issue(block(), floor)
  local expiry = expiresAfter == 0 and 0 or now() + expiresAfter
  S.u, S.g = S.u + permits, S.g + 1
  ends(permits, expiry)
  put('h:' .. id, holderRecord(permits, lease, expiry, token, 0, ahead(token), ''))
  put('o:' .. id, note)
  return token
end

-- Makes the only reader the writer.
local function promote(id, h, lease, expiresAfter, floor)
  local token = issue(block(), floor)
  local expiry = later(h.expiry, expiresAfter == 0 and 0 or now() + expiresAfter)
  S.u, S.e, S.g = S.n, expiry, S.g + 1
  put('h:' .. id, holderRecord(S.n, expiry == 0 and 0 or lease, expiry, token, renewed(h, expiry), ahead(token), h.adoption))
  return token
end

local function enqueue(ticket, id, record)
  put('q:' .. ticket, record)
  put('w:' .. id, ticket)
  if ticket == UPGRADE then
    S.up = true
  else
    S.qt = math.max(S.qt, ticket)
    S.qh = S.qn == (S.up and 1 or 0) and ticket or math.min(S.qh, ticket)
  end
  S.qn, S.g = S.qn + 1, S.g + 1
  if S.c then
    S.told, S.c = S.c, nil
    drop('c')
  end
end

-- Until when a waiter whom no message reaches is believed to be there. It stands in place of when it asked.
local function asksBy()
  return now() + DEAF_TRUST
end

-- Whether it is one of those, so that a grant stands though nobody hears of it.
local function asks(w)
  return w.asked > now() and w.asked <= now() + DEAF_TRUST
end

local function askedAt(w, at)
  return waiterRecord(w.id, w.permits, w.lease, w.since, at, w.note)
end

-- Whether a waiter is known not to have asked for that long.
local function isSilent(w, limit)
  return w.asked > 0 and w.asked + limit <= now()
end

-- A waiter whose client nobody can reach counts as older; answers its record, if it stays.
local function missed(w)
  w.asked = (w.asked > 0 and w.asked or now()) - MISS
  return not isSilent(w, SILENT) and askedAt(w, w.asked)
end

-- A client whose inbox nobody listens to is gone or reconnecting: the grant is taken back. It keeps its place for a while.
local function takeBack(g)
  S.u, S.g = S.u - g.w.permits, S.g + 1
  if g.reader then
    put('h:' .. g.w.id, g.reader)
    S.e = parseHolder(g.reader).expiry
  else
    drop('h:' .. g.w.id)
    drop('o:' .. g.w.id)
    if S.u == 0 then S.e = 0 end
  end
  giveBack(g.token, g.token - 1)
  local record = missed(g.w)
  if record then enqueue(g.ticket, g.w.id, record) end
end

-- Another waiter of such a client is passed over, which counts the same, once a call: a client that is gone must not
-- leave a queue full of waiters behind.
local function passOver(ticket, w, counted)
  if counted[w.id] then return end
  counted[w.id] = true
  local record = missed(w)
  if record then put('q:' .. ticket, record) else dequeue(ticket, w.id) end
end

local function say(client, message)
  return redis.pcall('PUBLISH', string.match(key, '^(.-):{') .. ':inbox:' .. client, message)
end

-- That it is worth asking.
local function tell(client, id)
  return say(client, 'n\t' .. id .. '\t' .. string.match(key, '{(.*)}$'))
end

-- The first ticket from that one on which somebody has, and its record; or, without one, behind which ticket nobody was found.
-- The waits that ended leave holes, one by one or in long runs.
local function nextWaiter(ticket)
  for at = ticket, math.min(S.qt, ticket + 7) do
    local record = get('q:' .. at)
    if record then return at, record end
  end
  for first = ticket + 8, S.qt, 64 do
    if S.holes <= 0 then
      S.more = true
      return first
    end
    local names = {}
    for i = 1, math.min(64, S.qt - first + 1) do names[i] = 'q:' .. first + i - 1 end
    local records = redis.call('HMGET', key, unpack(names))
    for i, name in ipairs(names) do
      local record = S.change[name]
      if record == nil then record = records[i] end
      if record then return first + i - 1, record end
    end
    S.holes = S.holes - #names
  end
  return S.qt + 1
end

-- Whether a waiter of a quorum still asks: one that does not is gone, or its wait has ended.
local FRESH = 10000
local function isFresh(w)
  return w.asked + FRESH > now()
end

-- From now on it counts for how long those have been silent who are in the way, and have not asked since they joined: the
-- one with that ticket, and those behind it, as they may be many.
local function see(ticket)
  for at = ticket, math.min(S.qt, ticket + ENDS) do
    local record = get('q:' .. at)
    local w = record and parseWaiter(record)
    if w and w.asked == 0 then put('q:' .. at, askedAt(w, now())) end
  end
end

-- The queue is full: of those at either end, who has not asked for long leaves.
local function thin()
  local function look(ticket, record)
    local w = parseWaiter(record)
    if isSilent(w, voted() and FRESH or SILENT) then
      dequeue(ticket, w.id)
    elseif w.asked == 0 then
      put('q:' .. ticket, askedAt(w, now()))
    end
  end
  local ticket, record = S.qh, nil
  for _ = 1, ENDS do
    ticket, record = nextWaiter(ticket)
    if not record then return end
    look(ticket, record)
    ticket = ticket + 1
  end
  for last = math.max(ticket, S.qt - ENDS + 1), S.qt do
    record = get('q:' .. last)
    if record then look(last, record) end
  end
end

-- On a node of a quorum nobody is made a holder unasked: those who could be are told to ask, in order, not more than fit.
-- Who has not asked for long, or cannot be reached, leaves the queue. For those who heard it the node is kept for a moment.
local TOLD = 32
local KEPT = 10
local function nudge(caller)
  local ticket, record, gap = S.qh, nil, true
  local used, told, dead = S.u, 0, {}
  for _ = 1, VISITS do
    if S.qn == 0 or used >= S.n or told == TOLD then break end
    ticket, record = nextWaiter(ticket)
    if gap then S.qh = ticket end
    if not record then break end
    local w = parseWaiter(record)
    if w.id == caller then
      gap = false
    elseif not isFresh(w) then
      dequeue(ticket, w.id)
    elseif used + w.permits > S.n then
      break
    else
      local client = clientOf(w.id)
      if dead[client] or reachedNobody(tell(client, w.id)) then
        dead[client] = true
        dequeue(ticket, w.id)
      else
        used, told, gap = used + w.permits, told + 1, false
      end
    end
    ticket = ticket + 1
    if gap then S.qh = ticket end
  end
  if told > 0 then put('k', int(now() + KEPT)) end
  flush(0)
end

-- Whether nobody listens to that client. Asked only when somebody else was not heard in this call: then many may be gone,
-- and a message costs less than a grant that is taken back.
local function isGone(client, dead)
  if next(dead) == nil then return false end
  if dead[client] == nil then dead[client] = reachedNobody(say(client, 'p')) end
  return dead[client]
end

-- Answers the grants, whether somebody is in the way of others, and the first who waits on.
local function handOn(caller, dead, counted, silence, silent)
  local grants = {}
  local ticket, record, gap = S.up and UPGRADE or S.qh, nil, true
  local left, full = S.qn, S.u >= S.n
  while left > 0 do
    if S.u >= S.n and not full then return grants, true end
    if ticket == UPGRADE then
      record = get('q:' .. UPGRADE)
    else
      ticket, record = nextWaiter(ticket)
      if gap then S.qh = ticket end
    end
    if not record then return grants, S.more end
    local w = parseWaiter(record)
    left = left - 1
    local mine, client, h, reader = w.id == caller, clientOf(w.id)
    if ticket == UPGRADE then
      reader = get('h:' .. w.id)
      h = parseHolder(reader)
      client = ownerOf(w.id, h)
    end
    if S.visits == 0 or S.grants == 0 then
      S.more = true
      return grants, true, {ticket = ticket, client = client, id = w.id}
    end
    S.visits = S.visits - 1
    if not mine and isSilent(w, silence) or w.permits > S.n then
      dequeue(ticket, w.id)
      silent[#silent + 1] = {client = client, id = w.id}
    elseif not mine and not asks(w) and isGone(client, dead) then
      gap = gap and ticket == UPGRADE
      passOver(ticket, w, counted)
    elseif S.u + w.permits > S.n then
      if w.asked == 0 then see(ticket) end
      return grants, true, {ticket = ticket, client = client, id = w.id}
    else
      local first = (mine or w.lease > 0 and w.lease < CLAIM) and w.lease or CLAIM
      S.grants = S.grants - 1
      dequeue(ticket, w.id)
      local token = h and promote(w.id, h, w.lease, first, 0) or grant(w.id, w.permits, w.lease, first, w.note, 0)
      grants[#grants + 1] = {w = w, ticket = ticket, token = token, claim = first, mine = mine, client = client,
                             reader = reader}
    end
    ticket = ticket == UPGRADE and S.qh or ticket + 1
    if gap and ticket > S.qh then S.qh = ticket end
  end
  return grants, false
end

-- caller: the waiter that asks by this very call and needs no message, or ''. Answers the caller's token if it was granted,
-- whether a live waiter stands in the way of anybody else, and the first who waits on, where that is known. Nothing is
-- granted while the server is quiet. On a node of a quorum nothing is granted ever, and the caller is not told.
-- Who has not asked for long leaves the queue, and is told to ask: if it lives it comes back at its place. A lock that was
-- free before, or became so by the end of a lease, is not given to anybody who has been silent for a claim's time, as that
-- one would have asked by now. Where work is left the first who waits on is told to ask, unless the caller will.
local function settle(caller, quiet)
  expire()
  if voted() then
    flush(0)
    if not quiet then nudge(caller) end
    return nil, true
  end
  S.visits, S.grants = VISITS, GRANTS
  local token, blocked, first
  local dead, counted = {}, {}
  for round = 1, 2 do
    local grants, silent = {}, {}
    blocked = S.qn > 0
    if S.qn > 0 and not quiet then
      grants, blocked, first = handOn(caller, dead, counted, (S.idle or S.over) and CLAIM or SILENT, silent)
    end
    local ttl = 0
    for _, g in ipairs(grants) do
      if g.mine or g.ticket % 64 == 0 then ttl = math.max(ttl, ttlFor(g.mine and g.w.lease or g.claim)) end
    end
    flush(ttl)
    for _, w in ipairs(silent) do tell(w.client, w.id) end
    local unheard = false
    for _, g in ipairs(grants) do
      if g.mine then
        token = g.token
      else
        local client = g.client
        local message = table.concat({'g', g.w.id, int(g.token), g.claim, S.qn, string.match(key, '{(.*)}$')}, '\t')
        if (dead[client] or reachedNobody(say(client, message))) and not asks(g.w) then
          dead[client], counted[g.w.id], unheard = true, true, true
          takeBack(g)
        end
      end
    end
    if not unheard then break end
    flush(0)
  end
  if S.more and first and (caller == '' or token) then tell(first.client, first.id) end
  return token, blocked, first
end
