/** Finds owners that wait for each other for ever, and ends the wait of one of them. */
@NullMarked
package dev.mortise.internal.deadlock;

import org.jspecify.annotations.NullMarked;
