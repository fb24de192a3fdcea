package dev.mortise.internal.acquire;

import dev.mortise.LockEvent;
import dev.mortise.internal.lease.EventDispatcher;
import dev.mortise.internal.lease.LeaseTerms;
import java.time.Duration;

/** What listeners are told of an acquire, and what is counted. */
public final class AcquireEvents {
    private AcquireEvents() {}

    /** It waits, at that place in the queue, 1 = next. */
    static void queued(EventDispatcher events, LeaseTerms terms, long place) {
        events.emit(() -> new LockEvent.Queued(terms.lock(), terms.kind(), terms.owner(), terms.label(), (int) place));
    }

    /** A lease was granted. */
    public static void acquired(
            EventDispatcher events, LeaseTerms terms, long token, long waitedNanos, boolean queued) {
        events.counts().countAcquired();
        events.emit(() -> new LockEvent.Acquired(
                terms.lock(),
                terms.kind(),
                terms.owner(),
                terms.label(),
                token,
                Duration.ofNanos(waitedNanos),
                queued));
    }

    /** It ended without a lease. */
    static void notAcquired(EventDispatcher events, LeaseTerms terms, long waitedNanos, LeaveReason why) {
        events.counts().countNotAcquired(why.reason());
        events.emit(() -> new LockEvent.NotAcquired(
                terms.lock(), terms.kind(), terms.owner(), terms.label(), Duration.ofNanos(waitedNanos), why.reason()));
    }
}
