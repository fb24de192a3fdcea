/** Port: elapsed time, timers, executors and randomness, so that tests run without sleeping. */
@NullMarked
package dev.mortise.internal.runtime;

import org.jspecify.annotations.NullMarked;
