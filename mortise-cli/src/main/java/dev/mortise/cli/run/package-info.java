/** {@code mortise run}: a command under a lock. */
@NullMarked
package dev.mortise.cli.run;

import org.jspecify.annotations.NullMarked;
