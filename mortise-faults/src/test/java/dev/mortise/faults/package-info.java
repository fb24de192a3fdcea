/** A short run. */
@NullMarked
package dev.mortise.faults;

import org.jspecify.annotations.NullMarked;
