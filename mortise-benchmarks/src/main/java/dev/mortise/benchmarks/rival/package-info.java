/** Libraries that are compared, behind one interface. */
@NullMarked
package dev.mortise.benchmarks.rival;

import org.jspecify.annotations.NullMarked;
