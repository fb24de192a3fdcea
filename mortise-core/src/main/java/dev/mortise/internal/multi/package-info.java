/** Several locks as one: all or none. */
@NullMarked
package dev.mortise.internal.multi;

import org.jspecify.annotations.NullMarked;
