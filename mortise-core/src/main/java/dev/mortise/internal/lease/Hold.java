package dev.mortise.internal.lease;

import dev.mortise.LeaseLoss;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Shape;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server has granted: one holder there, under one lease id. One lease stands on it, or several one after the other, or,
 * where they share, side by side. Knows how long all of them can be valid, which fencing tokens were given out, and where a
 * lease goes when it ends. Thread-safe; nothing here blocks.
 */
public abstract class Hold {
    /*
     * Overview. Three things change, each by compare-and-set. The best confirmation: an answer makes the hold last longer, never
     * shorter, except one that is meant to; what was sent before a shortening counts no more. The doubts: requests that shorten
     * the hold and may still be carried out, so that no confirmation is worth more than they leave. The last token that was given
     * out.
     *
     * Order. Before a request is sent: asked(), and shortens() if it may shorten. With the answer: confirm(), or lost(); in
     * any case shortened(). If the reply is lost, the hold is valid as before and no longer: the request may have been
     * carried out, and what it might have added is not counted. If it may have shortened the hold, the doubt stays for
     * good.
     *
     * What must not happen: that a lease is valid here beyond its end on the server. So validity counts from the sending of
     * a request, and only an answer lengthens it. A request that shortens it takes effect here before it is sent.
     *
     * A hold of one lease is a SoleHold and goes back to the server when the lease ends. One that a local queue hands from lease
     * to lease is the queue's, and the queue decides. A lease that is taken out of a shared hold moves to a sole one. So when
     * a lease ends, it is asked which hold it stands on, and once more under the guard of the queue.
     */
    /** How long a lease without expiry is tried to be released. */
    private static final long NO_EXPIRY = TimeUnit.MINUTES.toNanos(10);

    private static final Doubts NO_DOUBTS = new Doubts(0, false, Long.MAX_VALUE);

    private final String lock;
    private final String id;
    private final Shape shape;
    private final long firstToken;

    /** The ticket that probably stands at the head of the server's queue; tells a release where to look first. */
    private final long releaseHint;

    /** The longest lifetime that the server was ever asked for, ns. Never falls: it bounds how long a release is repeated. */
    private final AtomicLong longest;

    /** What validity follows from. By compare-and-set. */
    private final AtomicReference<Confirmed> confirmed;

    /** What may still shorten it. By compare-and-set. */
    private final AtomicReference<Doubts> doubts = new AtomicReference<>(NO_DOUBTS);

    /** The greatest token that was given out on it. Never falls. */
    private final AtomicLong lastToken;

    /** Those that stand on it. The thread that takes a lease out is the one that tells its end. */
    private final Set<LeaseState> leases = ConcurrentHashMap.newKeySet(1);

    /** Changes once at most: a writer's becomes a reader's. */
    private volatile long permits;

    /** Once true stays true. */
    private volatile boolean mayBeShared;

    /** Set once, when the server has it no more. */
    private volatile @Nullable LeaseLoss loss;

    /** Whether another acquire of this lease id may still arrive at the server. Changed only before another thread sees it. */
    private volatile Supplier<Late> late;

    /** It is about to leave this client by ticket, and not renewed meanwhile. */
    private volatile boolean leaving;

    /** Whether a round has asked for its renewal and has not dealt with the answer. The timer thread's. */
    boolean renewing;

    protected Hold(HoldFacts facts) {
        this.lock = facts.lock();
        this.id = facts.leaseId();
        this.shape = facts.shape();
        this.permits = facts.permits();
        this.firstToken = facts.token();
        this.releaseHint = facts.releaseHint();
        this.late = facts.late();
        this.longest = new AtomicLong(facts.lifetimeNanos());
        this.lastToken = new AtomicLong(firstToken);
        this.confirmed = new AtomicReference<>(new Confirmed(
                facts.sentAtNanos(),
                facts.lifetimeNanos(),
                Validity.until(facts.sentAtNanos(), facts.lifetimeNanos()),
                Long.MIN_VALUE));
    }

    /** The same holder on the server, with so many permits, and with the one lease that has the token. */
    protected Hold(Hold former, long permits, long token) {
        Confirmed now = former.confirmed();
        this.lock = former.lock;
        this.id = former.id;
        this.shape = former.shape;
        this.permits = permits;
        this.firstToken = token;
        this.releaseHint = former.releaseHint;
        this.late = former.late;
        this.longest = new AtomicLong(now.lifetimeNanos);
        this.lastToken = new AtomicLong(token == former.firstToken ? former.lastToken.get() : token);
        this.confirmed = new AtomicReference<>(now);
        this.doubts.set(former.doubts());
        asked(former.longest.get());
    }

    /** The holder of the lease gave it back. Its outcome completes sooner or later. */
    public abstract void released(LeaseState lease);

    /** The lease was lost or dropped. Completes when the server has been told, if it has to be. */
    public abstract CompletableFuture<?> ended(LeaseState lease);

    /**
     * Gives the lease a hold of its own, so that it can leave this client or change: no other lease here has a part in it or
     * gets it afterwards.
     *
     * @return its hold from then on; null when the lease has ended meanwhile
     */
    public abstract CompletableFuture<@Nullable Hold> takeOut(LeaseState lease);

    /** The server says that others wait for the lock. */
    public abstract void contended();

    /** Whether no other lease can stand on this hold beside that one. */
    public abstract boolean isSole(LeaseState lease);

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
    public void mayBeShared() {
        mayBeShared = true;
    }

    /** Whether no other client can hold anything beside it. */
    public boolean isExclusive() {
        return permits == shape.capacity() && !mayBeShared;
    }

    /** Whether it was granted as a writer's, and no answer has said that it is a reader's now. */
    public boolean isWriters() {
        return permits == shape.capacity();
    }

    /** A request that may shorten it is sent: until it is known to be done, it may be carried out at any time. */
    void shortens(long lifetimeNanos) {
        doubts.updateAndGet(
                before -> new Doubts(before.open + 1, before.forEver, Math.min(before.lifetimeNanos, lifetimeNanos)));
    }

    /** What came of such a request; {@code settled} if it cannot be carried out any more. */
    void shortened(boolean settled) {
        doubts.updateAndGet(before -> {
            int open = before.open - 1;
            boolean forEver = before.forEver || !settled;
            return open == 0 && !forEver ? NO_DOUBTS : new Doubts(open, forEver, before.lifetimeNanos);
        });
    }

    /** Whether a request that shortens it may still be carried out. */
    public boolean mayBeShortened() {
        return doubts().lifetimeNanos < Long.MAX_VALUE;
    }

    /** What a confirmation of that much is worth at least, ns; 0 = without expiry. */
    long atLeast(long lifetimeNanos) {
        long most = doubts().lifetimeNanos;
        return most == Long.MAX_VALUE || lifetimeNanos > 0 && lifetimeNanos <= most ? lifetimeNanos : most;
    }

    public boolean hasNoExpiry() {
        return confirmed().lifetimeNanos == 0;
    }

    /** What the last confirmation made it worth; 0 = without expiry. */
    public long lifetimeNanos() {
        return confirmed().lifetimeNanos;
    }

    /** No lease on it is valid beyond this. */
    public long validUntil() {
        return confirmed().until;
    }

    /** When the server ends it unless it is renewed, at the latest, ns. */
    public long serverEnd() {
        Confirmed now = confirmed();
        return now.base + now.lifetimeNanos;
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
    public void asked(long lifetimeNanos) {
        longest.accumulateAndGet(lifetimeNanos == 0 ? NO_EXPIRY : lifetimeNanos, Math::max);
    }

    /** How long the server may keep it when it is not renewed, ns; without expiry, how long that is of interest. */
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

    /** The server has it no more; the caller makes the leases on it lost. */
    void lost(LeaseLoss why) {
        loss = why;
    }

    /** Why it is gone; null as long as nothing else is known. */
    public @Nullable LeaseLoss loss() {
        return loss;
    }

    /**
     * A request sent at {@code base} was confirmed.
     *
     * @param exactly whether an earlier end than before is meant
     */
    public void confirm(long base, long lifetimeNanos, boolean exactly) {
        long worth = atLeast(lifetimeNanos);
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
    void shorten(long now, long lifetimeNanos) {
        while (true) {
            Confirmed before = confirmed();
            long until = Math.min(before.until, Validity.until(now, lifetimeNanos));
            if (confirmed.compareAndSet(before, new Confirmed(now, lifetimeNanos, until, now))) {
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "Hold[lock=" + lock + ", permits=" + permits + "]";
    }

    private Doubts doubts() {
        return Objects.requireNonNull(doubts.get());
    }

    private Confirmed confirmed() {
        return Objects.requireNonNull(confirmed.get());
    }

    /**
     * Requests that shorten the hold and may still be carried out.
     *
     * @param forEver whether one of them got no answer
     * @param lifetimeNanos the least of what they leave
     */
    private record Doubts(int open, boolean forEver, long lifetimeNanos) {}

    /** The best confirmation so far, what follows from it, and before when none counts any more. */
    private record Confirmed(long base, long lifetimeNanos, long until, long shortenedAt) {}
}
