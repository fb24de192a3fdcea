#!lua
-- Hears: how many listen to a channel at this very server. Those who do drop the message.
-- KEYS  none
-- ARGV  1 channel
-- Returns how many
return redis.call('PUBLISH', ARGV[1], 'p')
