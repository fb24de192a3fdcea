/** The engine on fake time over a server in memory: no test waits. */
@NullMarked
package dev.mortise.tests.engine;

import org.jspecify.annotations.NullMarked;
