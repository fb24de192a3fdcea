/** {@code mortise demo}: what a lock is for, shown by processes that get killed and frozen. */
@NullMarked
package dev.mortise.cli.demo;

import org.jspecify.annotations.NullMarked;
