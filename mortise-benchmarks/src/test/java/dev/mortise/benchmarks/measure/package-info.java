@NullMarked
package dev.mortise.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
