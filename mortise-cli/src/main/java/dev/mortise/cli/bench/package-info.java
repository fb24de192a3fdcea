/** {@code mortise bench}: how fast locks are against the user's own Redis. */
@NullMarked
package dev.mortise.cli.bench;

import org.jspecify.annotations.NullMarked;
