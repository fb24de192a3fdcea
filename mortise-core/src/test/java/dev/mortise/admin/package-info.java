/** Graphs of waits, made by hand. */
@NullMarked
package dev.mortise.admin;

import org.jspecify.annotations.NullMarked;
