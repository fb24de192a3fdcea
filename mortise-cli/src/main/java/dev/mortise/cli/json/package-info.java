/** What programs read: the records of the admin API as JSON, a line for each. Loaded only when it is asked for. */
@NullMarked
package dev.mortise.cli.json;

import org.jspecify.annotations.NullMarked;
