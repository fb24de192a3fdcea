/** What was seen to go wrong in the libraries that this one succeeds. */
@NullMarked
package dev.mortise.tests.seeds;

import org.jspecify.annotations.NullMarked;
