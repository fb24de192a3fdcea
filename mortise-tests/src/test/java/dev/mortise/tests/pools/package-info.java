/** Blocking calls by tasks of thread pools. */
@NullMarked
package dev.mortise.tests.pools;

import org.jspecify.annotations.NullMarked;
