/** Real Redis and Valkey servers for tests: started, paused, killed and restarted by the test that owns them. */
@NullMarked
package dev.mortise.testkit;

import org.jspecify.annotations.NullMarked;
