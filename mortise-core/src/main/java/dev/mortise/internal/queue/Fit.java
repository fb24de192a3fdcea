package dev.mortise.internal.queue;

import java.util.concurrent.TimeUnit;

/** How a hold fits a waiter of its queue. */
enum Fit {
    /** As it is. */
    YES,
    /** After it is renewed, or has more tokens. */
    RENEWED,
    /** Not at all. */
    NO;

    /** How much of its lifetime must be left for a waiter to get it unrenewed: half of this, or of a shorter lease. */
    private static final long CLAIM = TimeUnit.SECONDS.toNanos(5);

    /**
     * Whatever the budget says. To be called under the guard of the queue.
     *
     * @param hasTokens whether a fencing token is left for the lease
     */
    static Fit of(SharedHold hold, boolean hasTokens, LocalWaiter waiter, long now) {
        long wanted = waiter.lifetimeNanos();
        if (!hold.isValid(now) || hold.hasNoExpiry() != (wanted == 0) || hold.mayBeShortened()) {
            return NO;
        }
        if (hold.hasNoExpiry()) {
            return hasTokens ? YES : RENEWED;
        }
        // A waiter with a shorter lease does not get this hold: after a crash the server would keep the lock for longer
        // than that waiter asked. Not so beside other readers, where the longest lease counts anyway.
        if (hold.isUnused() && hold.lifetimeNanos() > wanted && hold.serverEnd() - now > wanted) {
            return NO;
        }
        boolean lastsLongEnough = hold.validUntil() - now >= Math.min(wanted, CLAIM) / 2;
        return lastsLongEnough && hasTokens ? YES : RENEWED;
    }
}
