/** The launcher, in a small distribution of its own. */
@NullMarked
package dev.mortise.cli.launcher;

import org.jspecify.annotations.NullMarked;
