package dev.mortise.internal.acquire;

import dev.mortise.Durability;
import dev.mortise.LockUnavailableException;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.concurrent.TimeUnit;

/**
 * How far one grant must be replicated before it counts, and until when that is tried. Guarded by its acquire.
 *
 * <p>Where a grant is to be copied, no reply and no message grants the lock by itself: the same request is sent once more,
 * which writes, and is answered when that is copied. It has one command time-out, also if it has to be repeated, because no
 * client holds the lock meanwhile; then the grant is given back. Answers to requests that were sent before no longer count. If
 * the grant is over, its acquire waits again.
 */
final class ReplicationStep {
    /** Of all acquires whose grants need not be copied: nothing but {@link #isWanted} is asked of it. */
    private static final ReplicationStep NOT_WANTED = new ReplicationStep();

    /** How long copying is tried at least, ns. */
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(1);

    private final String lock;
    private final Durability wanted;
    private final long commandTimeoutNanos;
    private final long lifetimeNanos;

    /** When the caller wants an answer, ns. */
    private final long patienceEnds;

    /** When the grant was known, and when trying to copy it ends, ns. */
    private long began;

    private long until;

    /** Of a grant that came as a message meanwhile; it counts if this one turns out to be over. */
    private long laterToken;

    /** Whether the request that waits for copies is to be sent again. */
    private boolean due;

    private ReplicationStep() {
        this.lock = "";
        this.wanted = Durability.none();
        this.commandTimeoutNanos = 0;
        this.lifetimeNanos = 0;
        this.patienceEnds = 0;
    }

    private ReplicationStep(AcquireSpec spec, long commandTimeoutNanos, long began) {
        this.lock = spec.terms().lock();
        this.wanted = spec.durability();
        this.commandTimeoutNanos = commandTimeoutNanos;
        this.lifetimeNanos = spec.terms().lifetimeNanos();
        this.patienceEnds =
                spec.isLimited() ? began + Math.max(spec.maxWaitNanos(), commandTimeoutNanos) : Long.MAX_VALUE;
    }

    /** That of one acquire. */
    static ReplicationStep of(AcquireSpec spec, long commandTimeoutNanos, long began) {
        return spec.durability().isNone() ? NOT_WANTED : new ReplicationStep(spec, commandTimeoutNanos, began);
    }

    boolean isWanted() {
        return !wanted.isNone();
    }

    /** The server has granted it. The time for copies counts from here, and not from the acquire. */
    void begin(long now) {
        began = now;
        laterToken = 0;
        due = false;
        // An acquire that was granted the lock at the last moment still gets a moment.
        until = now + Math.max(LEAST, Math.min(commandTimeoutNanos, patienceEnds - now));
    }

    /** The request that waits for copies has failed: whether it is sent again after a pause. */
    boolean triesAgain(StoreException reason, long now) {
        due = reason.effect() != Effect.REFUSED && !isOver(now);
        return due;
    }

    /** Whether it is to be sent again; answers so once. */
    boolean isDue() {
        boolean now = due;
        due = false;
        return now;
    }

    boolean isOver(long now) {
        return now >= until;
    }

    /** What to ask for. Half the lease must be left for its holder. */
    RequiredCopies request(long now) {
        long left = lifetimeNanos == 0 ? until - now : Math.min(until - now, lifetimeNanos / 2);
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
        return new RequiredCopies(wanted.isAof(), wanted.local(), wanted.replicas(), millis);
    }

    /** A message about a grant with that token has come while this one is being copied. */
    void grantedAnew(long token) {
        laterToken = Math.max(laterToken, token);
    }

    /** Whether a message spoke of a grant that came after that mark. */
    boolean isGrantedAfter(long mark) {
        return laterToken > mark;
    }

    /** For the caller: so many copies were made in time, which is less than was asked for. */
    LockUnavailableException notReached(ReachedCopies reached, long now) {
        String how = wanted.isAof()
                ? "written to the append-only files of "
                        + (wanted.local() == 0 ? "" : reached.local() + " of 1 master and ")
                : "copied to ";
        return new LockUnavailableException(
                lock,
                "Lock '" + lock + "' was granted, but " + how + Math.min(reached.replicas(), wanted.replicas()) + " of "
                        + wanted.replicas() + " replicas within "
                        + Math.max(1, TimeUnit.NANOSECONDS.toMillis(now - began)) + " ms; it was given back",
                null);
    }

    /** For the caller: nothing is known of the copies. */
    LockUnavailableException failed(StoreException cause) {
        return new LockUnavailableException(
                lock,
                "Lock '" + lock + "' was granted, but it is not known to be copied (durability " + wanted
                        + "); it was given back: " + cause.getMessage(),
                cause);
    }
}
