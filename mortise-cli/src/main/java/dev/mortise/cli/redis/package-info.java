/** {@code mortise redis}: a server to try things out. */
@NullMarked
package dev.mortise.cli.redis;

import org.jspecify.annotations.NullMarked;
