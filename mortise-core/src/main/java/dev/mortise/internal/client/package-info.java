/** One client: its public objects, its opening, and its closing. */
@NullMarked
package dev.mortise.internal.client;

import org.jspecify.annotations.NullMarked;
