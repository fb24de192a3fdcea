/** The servers of the testkit as JUnit extensions. Needs junit-jupiter-api, which is an optional dependency. */
@NullMarked
package dev.mortise.testkit.junit;

import org.jspecify.annotations.NullMarked;
