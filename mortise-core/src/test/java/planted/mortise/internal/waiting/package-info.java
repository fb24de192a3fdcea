/** Violations of the architecture, kept to see each rule fail. */
@NullMarked
package planted.mortise.internal.waiting;

import org.jspecify.annotations.NullMarked;
