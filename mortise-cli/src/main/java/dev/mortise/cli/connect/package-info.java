/** Connecting to Redis from a process that has only just begun. */
@NullMarked
package dev.mortise.cli.connect;

import org.jspecify.annotations.NullMarked;
