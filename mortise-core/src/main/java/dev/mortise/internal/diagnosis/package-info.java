/** What is wrong, or worth knowing, about a server that has locks: read out of what it tells of itself. */
@NullMarked
package dev.mortise.internal.diagnosis;

import org.jspecify.annotations.NullMarked;
