/** See {@code planted.mortise}. */
@NullMarked
package planted.mortise.interop;

import org.jspecify.annotations.NullMarked;
