/** Results, as a table for people and as JSON for programs. */
@NullMarked
package dev.mortise.benchmarks.report;

import org.jspecify.annotations.NullMarked;
