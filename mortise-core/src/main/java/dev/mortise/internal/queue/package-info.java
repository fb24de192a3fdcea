/** What happens inside one JVM: who asks the server, and passing a grant on without asking it. */
@NullMarked
package dev.mortise.internal.queue;

import org.jspecify.annotations.NullMarked;
