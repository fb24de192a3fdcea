/** Questions about cost, one class each, and the command that asks them. */
@NullMarked
package dev.mortise.benchmarks;

import org.jspecify.annotations.NullMarked;
