package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Shape;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server has granted: one holder there, under one lease id. Here one lease stands on it, or several one after the
 * other, or, where they share, side by side. Knows how long all of them can be valid, and which fencing tokens were given
 * out. Thread-safe.
 */
public final class Hold {
    /** How long a lease without expiry is tried to be released. */
    private static final long NO_EXPIRY = TimeUnit.MINUTES.toNanos(10);

    private static final Doubts NO_DOUBTS = new Doubts(0, false, Long.MAX_VALUE);

    private final String lock;
    private final String id;
    private final Shape shape;
    private final long firstToken;
    private final long releaseHint;
    private final AtomicLong longest;
    private final AtomicReference<Confirmed> confirmed;
    private final AtomicReference<Doubts> doubts = new AtomicReference<>(NO_DOUBTS);
    private final AtomicLong lastToken;
    private final Set<LeaseState> leases = ConcurrentHashMap.newKeySet(1);
    private final Home home;

    /** Changes once at most: a writer's becomes a reader's. */
    private volatile long permits;

    /** Once true stays true. */
    private volatile boolean mayShare;

    /** Set once, when the server has it no more. */
    private volatile @Nullable LeaseLoss loss;

    /** Whether another acquire of this lease id may still arrive at the server. Changed only before anybody has it. */
    private volatile Supplier<Late> late;

    /** It is about to leave this client by ticket, and not renewed meanwhile. */
    private volatile boolean leaving;

    /** Whether a renewal is under way. Guarded by the keeper's timer thread. */
    boolean renewing;

    /**
     * @param firstToken the token that the server has on record for it
     * @param base when the confirming request was sent
     * @param worthNanos what that request made it worth; 0 = without expiry
     */
    public Hold(
            String lock,
            String id,
            Shape shape,
            long permits,
            long firstToken,
            long base,
            long worthNanos,
            long releaseHint,
            Supplier<Late> late,
            Home home) {
        this.lock = lock;
        this.id = id;
        this.shape = shape;
        this.permits = permits;
        this.firstToken = firstToken;
        this.releaseHint = releaseHint;
        this.late = late;
        this.home = home;
        this.longest = new AtomicLong(worthNanos);
        this.lastToken = new AtomicLong(firstToken);
        this.confirmed = new AtomicReference<>(
                new Confirmed(base, worthNanos, Validity.until(base, worthNanos), Long.MIN_VALUE));
    }

    public String lock() {
        return lock;
    }

    /** The lease id that the server knows. */
    public String id() {
        return id;
    }

    public Shape shape() {
        return shape;
    }

    public long permits() {
        return permits;
    }

    /** It is a reader's from now on. */
    public void sharesFromNowOn() {
        permits = 1;
    }

    /** From now on the server may have it as a reader's, whatever comes of the request for that. */
    public void mayShare() {
        mayShare = true;
    }

    /** Whether nobody else can hold anything beside it. */
    public boolean isExclusive() {
        return permits == shape.capacity() && !mayShare;
    }

    /** Whether it was granted as a writer's, and no answer has said that it is a reader's now. */
    public boolean isWriters() {
        return permits == shape.capacity();
    }

    /** A request that may shorten it is sent: until it is known to be done, it may be carried out at any time. */
    void shortens(long worthNanos) {
        doubts.updateAndGet(
                before -> new Doubts(before.open + 1, before.forEver, Math.min(before.worthNanos, worthNanos)));
    }

    /** What came of such a request; {@code settled} if it cannot be carried out any more. */
    void shortened(boolean settled) {
        doubts.updateAndGet(before -> {
            int open = before.open - 1;
            boolean forEver = before.forEver || !settled;
            return open == 0 && !forEver ? NO_DOUBTS : new Doubts(open, forEver, before.worthNanos);
        });
    }

    /** Whether a request that shortens it may still be carried out. */
    public boolean mayBeShortened() {
        return doubts().worthNanos < Long.MAX_VALUE;
    }

    /** What a confirmation of that much is worth at least, ns; 0 = without expiry. */
    long surely(long worthNanos) {
        long most = doubts().worthNanos;
        return most == Long.MAX_VALUE || worthNanos > 0 && worthNanos <= most ? worthNanos : most;
    }

    public Home home() {
        return home;
    }

    public boolean hasNoExpiry() {
        return confirmed().worthNanos == 0;
    }

    /** What the last confirmation made it worth; 0 = without expiry. */
    public long worthNanos() {
        return confirmed().worthNanos;
    }

    /** No lease on it is valid beyond this. */
    public long validUntil() {
        return confirmed().until;
    }

    /** When the server ends it unless it is renewed, at the latest, ns. */
    public long serverEnd() {
        Confirmed now = confirmed();
        return now.base + now.worthNanos;
    }

    long base() {
        return confirmed().base;
    }

    long releaseHint() {
        return releaseHint;
    }

    /** Whether another acquire of this lease id may still arrive at the server. */
    public Late late() {
        return late.get();
    }

    /** It takes the place of that one, under the same lease id: what may still arrive for that may arrive for this. */
    public void succeeds(Hold former) {
        if (former.late() != Late.NO) {
            late = () -> Late.IN_DOUBT;
        }
        asked(former.longest.get());
    }

    /** The server is asked to make it last that long, ns; 0 = without expiry. It may do so whatever is answered. */
    public void asked(long worthNanos) {
        longest.accumulateAndGet(worthNanos == 0 ? NO_EXPIRY : worthNanos, Math::max);
    }

    /** How long the server may keep it when nobody renews it, ns; without expiry, how long that is of interest. */
    long patienceNanos() {
        return Math.max(hasNoExpiry() ? NO_EXPIRY : 0, longest.get());
    }

    /** Whether it is about to leave this client. */
    boolean isLeaving() {
        return leaving;
    }

    void leaving(boolean whether) {
        leaving = whether;
    }

    public long firstToken() {
        return firstToken;
    }

    /** A token was given out. */
    public void gaveOut(long token) {
        lastToken.accumulateAndGet(token, Math::max);
    }

    /** How far above the first token the last one is that was given out. */
    long used() {
        return lastToken.get() - firstToken;
    }

    /** Those that stand on it now. */
    Set<LeaseState> leases() {
        return leases;
    }

    /** The server has it no more; leases on it are lost by whoever says so. */
    void lost(LeaseLoss why) {
        loss = why;
    }

    /** Why it is gone; null as long as nothing else is known. */
    public @Nullable LeaseLoss loss() {
        return loss;
    }

    /** The same holder on the server, at home elsewhere, and with one lease: the one that takes it. */
    public Hold movedTo(Home other, long permitsThere, long token) {
        Confirmed now = confirmed();
        Hold moved = new Hold(lock, id, shape, permitsThere, token, now.base, now.worthNanos, releaseHint, late, other);
        if (token == firstToken) {
            moved.gaveOut(lastToken.get());
        }
        moved.confirmed.set(now);
        moved.doubts.set(doubts());
        moved.asked(longest.get());
        return moved;
    }

    /** As {@link #movedTo(Home, long, long)}, with nothing else changed. */
    public Hold movedTo(Home other) {
        return movedTo(other, permits, firstToken);
    }

    /**
     * A request sent at {@code base} was confirmed.
     *
     * @param exactly whether an earlier end than before is meant
     */
    public void confirm(long base, long worthNanos, boolean exactly) {
        long worth = surely(worthNanos);
        while (true) {
            Confirmed before = confirmed();
            long until = Validity.until(base, worth);
            if (base < before.shortenedAt || base < before.base && exactly || !exactly && until < before.until) {
                return;
            }
            if (confirmed.compareAndSet(before, new Confirmed(base, worth, until, before.shortenedAt))) {
                return;
            }
        }
    }

    /** From now on it is worth so much, whatever comes of the request for that; earlier requests add nothing to it. */
    void shorten(long now, long worthNanos) {
        while (true) {
            Confirmed before = confirmed();
            long until = Math.min(before.until, Validity.until(now, worthNanos));
            if (confirmed.compareAndSet(before, new Confirmed(now, worthNanos, until, now))) {
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "Tenure[lock=" + lock + ", permits=" + permits + "]";
    }

    private Doubts doubts() {
        return Objects.requireNonNull(doubts.get());
    }

    private Confirmed confirmed() {
        return Objects.requireNonNull(confirmed.get());
    }

    /**
     * Requests that shorten the tenure and may still be carried out.
     *
     * @param forEver whether one of them got no answer
     * @param worthNanos the least of what they leave
     */
    private record Doubts(int open, boolean forEver, long worthNanos) {}

    /** The best confirmation so far, what follows from it, and before when none counts any more. */
    private record Confirmed(long base, long worthNanos, long until, long shortenedAt) {}
}
