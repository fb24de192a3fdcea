/**
 * Distributed locks with leases and fencing tokens: the public API, free of any Redis or driver type.
 *
 * <p>Memory effects: a release of a lock happens-before the next acquire of the same lock that succeeds in this JVM.
 */
@NullMarked
package dev.mortise;

import org.jspecify.annotations.NullMarked;
