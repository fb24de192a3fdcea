/** Locks as programs of other libraries keep them; the other side is played by plain commands. */
@NullMarked
package dev.mortise.tests.interop;

import org.jspecify.annotations.NullMarked;
