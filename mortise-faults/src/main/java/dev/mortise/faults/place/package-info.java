/** Where locks are kept during a run: servers, each behind a proxy. */
@NullMarked
package dev.mortise.faults.place;

import org.jspecify.annotations.NullMarked;
