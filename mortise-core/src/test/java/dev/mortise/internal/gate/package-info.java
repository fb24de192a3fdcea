/** The gate alone, in every order of events. */
@NullMarked
package dev.mortise.internal.gate;

import org.jspecify.annotations.NullMarked;
