/** Time that stands still until a test moves it. */
@NullMarked
package dev.mortise.testkit.time;

import org.jspecify.annotations.NullMarked;
