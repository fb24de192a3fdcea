/** The protocol without a server: the reference model, and a store for tests of what stands above it. */
@NullMarked
package dev.mortise.testkit.memory;

import org.jspecify.annotations.NullMarked;
