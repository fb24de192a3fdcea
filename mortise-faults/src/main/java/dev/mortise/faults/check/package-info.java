/** What must hold whatever goes wrong, checked over what was recorded. */
@NullMarked
package dev.mortise.faults.check;

import org.jspecify.annotations.NullMarked;
