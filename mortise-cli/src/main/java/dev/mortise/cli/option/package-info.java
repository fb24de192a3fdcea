/** Options that several commands share. */
@NullMarked
package dev.mortise.cli.option;

import org.jspecify.annotations.NullMarked;
