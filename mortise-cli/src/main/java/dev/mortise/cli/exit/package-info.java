/** How commands end: exit codes, and errors as one line without secrets. */
@NullMarked
package dev.mortise.cli.exit;

import org.jspecify.annotations.NullMarked;
