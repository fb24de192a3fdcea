/** Violations of the architecture, kept to see each rule fail. */
@NullMarked
package planted.mortise.internal.acquire;

import org.jspecify.annotations.NullMarked;
