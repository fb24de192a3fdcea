package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScriptRunner;

/** A channel, and who hears it on whatever connection there is. */
record Subscription(String channel, ScriptRunner.Listener listener) {}
