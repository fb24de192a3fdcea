/** Port: what the engine asks of a server, as messages. Knows no driver and no topology. */
@NullMarked
package dev.mortise.internal.store;

import org.jspecify.annotations.NullMarked;
