/** Listings alone, over pages that a test makes. */
@NullMarked
package dev.mortise.internal.insight;

import org.jspecify.annotations.NullMarked;
