/** Says what people want to know: who holds a lock, why a wait lasts, what is held for long and where it was acquired. */
@NullMarked
package dev.mortise.internal.insight;

import org.jspecify.annotations.NullMarked;
