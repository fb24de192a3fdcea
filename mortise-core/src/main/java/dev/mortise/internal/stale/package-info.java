/** What clients have left behind that ended without a word: finds it, removes it, and says so. */
@NullMarked
package dev.mortise.internal.stale;

import org.jspecify.annotations.NullMarked;
