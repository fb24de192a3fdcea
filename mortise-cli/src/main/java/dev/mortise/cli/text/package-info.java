/** What people read: harmless text, columns, durations and colours. */
@NullMarked
package dev.mortise.cli.text;

import org.jspecify.annotations.NullMarked;
