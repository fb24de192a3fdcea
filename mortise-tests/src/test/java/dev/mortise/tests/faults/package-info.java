/** Servers, connections and processes that are killed, silent, slow or moved. */
@NullMarked
package dev.mortise.tests.faults;

import org.jspecify.annotations.NullMarked;
