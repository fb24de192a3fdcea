/** Connecting to Redis: options that all commands share, and patience for a process that has only just begun. */
@NullMarked
package dev.mortise.cli.connect;

import org.jspecify.annotations.NullMarked;
