/** Deadlocks between threads and clients: found, ended by one of them, and nothing else taken for one. */
@NullMarked
package dev.mortise.tests.deadlock;

import org.jspecify.annotations.NullMarked;
