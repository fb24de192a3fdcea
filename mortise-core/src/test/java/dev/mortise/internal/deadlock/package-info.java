/** The search for deadlocks alone, against an oracle. */
@NullMarked
package dev.mortise.internal.deadlock;

import org.jspecify.annotations.NullMarked;
