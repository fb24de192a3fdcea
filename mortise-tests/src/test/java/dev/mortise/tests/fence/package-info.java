/** The guards of the protected side, on a real server. */
@NullMarked
package dev.mortise.tests.fence;

import org.jspecify.annotations.NullMarked;
