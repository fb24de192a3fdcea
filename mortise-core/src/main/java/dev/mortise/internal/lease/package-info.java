/** Leases: their states, how long they are valid, renewal, loss and release. */
@NullMarked
package dev.mortise.internal.lease;

import org.jspecify.annotations.NullMarked;
