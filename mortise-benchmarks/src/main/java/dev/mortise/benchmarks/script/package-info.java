/** Each script by itself, on locks of many sizes. */
@NullMarked
package dev.mortise.benchmarks.script;

import org.jspecify.annotations.NullMarked;
