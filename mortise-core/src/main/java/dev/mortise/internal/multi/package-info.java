/**
 * Several locks as one: all or none. Knows {@code acquire} and what is below it.
 *
 * <ul>
 *   <li>{@code MultiAcquire} tries {@code OneStepAcquire}, one script for all of them, and then one acquire after the other.
 *   <li>{@code MultiLease} is what the caller gets: valid as long as every part is.
 *   <li>{@code Parts} is what it needs of a client, and {@code MultiPart} one attempt under way, whichever of the two it is.
 * </ul>
 *
 * <p>Canonical order, that of the sorted names, is the same for every caller in every client. That is why callers that want
 * several locks cannot wait for each other in a circle.
 */
@NullMarked
package dev.mortise.internal.multi;

import org.jspecify.annotations.NullMarked;
