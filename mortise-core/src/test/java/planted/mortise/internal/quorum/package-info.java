/** Violations of the architecture, kept to see each rule fail. */
@NullMarked
package planted.mortise.internal.quorum;

import org.jspecify.annotations.NullMarked;
