/** The {@code mortise} command. It has no locking logic: everything goes through the public API. */
@NullMarked
package dev.mortise.cli;

import org.jspecify.annotations.NullMarked;
