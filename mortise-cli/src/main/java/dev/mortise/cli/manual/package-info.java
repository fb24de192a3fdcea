/** What a person reads and types outside of the command: manual pages, completion for shells, and where they are put. */
@NullMarked
package dev.mortise.cli.manual;

import org.jspecify.annotations.NullMarked;
