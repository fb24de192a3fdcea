/** Child processes that are killed, paused and never left behind, and a second JVM that holds locks. */
@NullMarked
package dev.mortise.testkit.process;

import org.jspecify.annotations.NullMarked;
