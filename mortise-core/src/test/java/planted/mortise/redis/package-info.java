/** Violations of the architecture, kept to see each rule fail. */
@NullMarked
package planted.mortise.redis;

import org.jspecify.annotations.NullMarked;
