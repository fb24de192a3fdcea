/** The acquire alone, in every order of events. */
@NullMarked
package dev.mortise.internal.acquire;

import org.jspecify.annotations.NullMarked;
