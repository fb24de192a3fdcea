/** Worker JVMs that use locks and tell what they see. */
@NullMarked
package dev.mortise.faults.traffic;

import org.jspecify.annotations.NullMarked;
