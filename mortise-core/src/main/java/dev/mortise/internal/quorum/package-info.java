/** A lock store made of several independent servers: what a majority of them has on record holds. */
@NullMarked
package dev.mortise.internal.quorum;

import org.jspecify.annotations.NullMarked;
