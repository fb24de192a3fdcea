/** Manual pages and completion. */
@NullMarked
package dev.mortise.cli.manual;

import org.jspecify.annotations.NullMarked;
