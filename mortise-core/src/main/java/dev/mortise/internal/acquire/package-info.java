/** One acquire from its first request to its grant or its withdrawal, and the inbox that wakes it. */
@NullMarked
package dev.mortise.internal.acquire;

import org.jspecify.annotations.NullMarked;
