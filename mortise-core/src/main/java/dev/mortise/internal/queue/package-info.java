/** The queue of one lock inside one client: which acquire asks the server, and hand-offs without a request. */
@NullMarked
package dev.mortise.internal.queue;

import org.jspecify.annotations.NullMarked;
