/** Several locks as one: all or none. */
@NullMarked
package dev.mortise.internal.many;

import org.jspecify.annotations.NullMarked;
