@NullMarked
package dev.mortise.benchmarks.script;

import org.jspecify.annotations.NullMarked;
