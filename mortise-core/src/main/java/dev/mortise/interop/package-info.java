/**
 * Locks that are already in people's Redis, as programs of other libraries keep them; and how a fleet moves from one lock to
 * another without a gap. {@link dev.mortise.redis.RedisMortise#interop} makes a client.
 */
@NullMarked
package dev.mortise.interop;

import org.jspecify.annotations.NullMarked;
