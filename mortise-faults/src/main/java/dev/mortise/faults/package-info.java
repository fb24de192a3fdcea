/** Traffic under faults, and the command that runs it. */
@NullMarked
package dev.mortise.faults;

import org.jspecify.annotations.NullMarked;
