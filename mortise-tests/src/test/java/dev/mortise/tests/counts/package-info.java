/** What requests, commands, flushes, keys, time of scripts and memory things cost, on real servers. */
@NullMarked
package dev.mortise.tests.counts;

import org.jspecify.annotations.NullMarked;
