/** The command as a process of its own, for tests. */
@NullMarked
package dev.mortise.cli.process;

import org.jspecify.annotations.NullMarked;
