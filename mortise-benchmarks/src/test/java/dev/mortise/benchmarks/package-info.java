/** Whether every question is answered. */
@NullMarked
package dev.mortise.benchmarks;

import org.jspecify.annotations.NullMarked;
