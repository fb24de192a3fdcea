/** Many threads, locks and clients at once. */
@NullMarked
package dev.mortise.tests.load;

import org.jspecify.annotations.NullMarked;
