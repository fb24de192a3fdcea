/** Adapter: scripts and the inbox over Lettuce. The only internal package that knows Lettuce and Netty. */
@NullMarked
package dev.mortise.internal.lettuce;

import org.jspecify.annotations.NullMarked;
