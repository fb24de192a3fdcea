/** Whole clients on fake time: what goes on between them and their servers, call by call. */
@NullMarked
package dev.mortise.tests.world;

import org.jspecify.annotations.NullMarked;
