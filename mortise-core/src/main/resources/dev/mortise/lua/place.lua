#!lua
-- Place: whether writes of such keys go here. Does nothing, and is refused where they do not.
-- KEYS  keys that nobody uses
-- Returns 1
return 1
