/** A quorum on fake time over servers in memory: no test waits. */
@NullMarked
package dev.mortise.tests.quorum;

import org.jspecify.annotations.NullMarked;
