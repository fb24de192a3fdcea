/** Signals of the operating system. */
@NullMarked
package dev.mortise.cli.signal;

import org.jspecify.annotations.NullMarked;
