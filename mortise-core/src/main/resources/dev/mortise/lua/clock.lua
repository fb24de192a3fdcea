-- The server's clock, read at most once a call, and only by those who need it.
local nowUs
local function now()
  if not nowUs then
    local t = redis.call('TIME')
    nowUs = t[1] * 1000000 + t[2]
  end
  return math.floor(nowUs / 1000)
end
