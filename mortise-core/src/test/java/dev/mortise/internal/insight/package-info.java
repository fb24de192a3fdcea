/** The search for insights alone, against an oracle. */
@NullMarked
package dev.mortise.internal.insight;

import org.jspecify.annotations.NullMarked;
