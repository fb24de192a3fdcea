/** What goes wrong. */
@NullMarked
package dev.mortise.faults.nemesis;

import org.jspecify.annotations.NullMarked;
