package dev.mortise.internal.stale;

import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Rounds;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what is stale every so often: of all clients of a prefix that have one, one at a time. Thread-safe. */
public final class Janitor {
    /*
     * Overview. Whose turn it is, a lock decides that each one tries to get at its rounds, and never waits for. Its lease is
     * nearly as long as a period, and is not released after the work. So however many clients have a janitor, one a period does
     * the work; and where one ends without a word, the next one takes over a period later.
     *
     * The lock is asked for from the store itself: it is no lease of this client. So it does not count among those that people
     * hold, no listener hears of it, and close() does not wait for it. Work that takes long renews it on the way, and ends when
     * the lock is lost, before the next thing is removed.
     *
     * What got no answer is given back, or a store that remembers it would do so for ever.
     */
    /** The lock. People can look at it: its holder did the work last. */
    public static final String LOCK = "mortise.janitor";

    private static final Logger log = LoggerFactory.getLogger(Janitor.class);

    private static final Tag TAG = new Tag("janitor", "");

    /** No one waits for it. */
    private static final int NO_QUEUE = 1;

    private final LockStore store;
    private final Time time;
    private final Supplier<String> leaseIds;
    private final long leaseMillis;
    private final Rounds rounds;

    /** The lease id of its last turn; null before the first one, and when it was not its turn. Written by the round under way. */
    private volatile @Nullable String turn;

    /** The fencing token of that, and when it was last asked for, ns. Used by the round under way. */
    private long token;

    private long askedAt;

    /** Whether the round before has failed. Changed by the round that is under way only. */
    private volatile boolean hasFailed;

    /** Once true stays true. */
    private volatile boolean stopped;

    /**
     * Begins nothing.
     *
     * @param period between two rounds of one janitor
     * @param leaseIds makes those of this client
     */
    public Janitor(LockStore store, Time time, Duration period, Supplier<String> leaseIds) {
        this.store = store;
        this.time = time;
        this.leaseIds = leaseIds;
        this.leaseMillis = Math.max(1, period.toMillis() / 10 * 9);
        this.rounds = new Rounds(time, period.toNanos(), "Stale locks", () -> false, () -> true, this::round);
    }

    /** The first round begins a period from now. */
    public void start() {
        rounds.arm();
    }

    /** No round begins any more, and one that is under way ends with its next step. Does not wait for that. */
    public void stop() {
        stopped = true;
        rounds.stop();
        letGo();
    }

    private void round() {
        try {
            if (isMyTurn()) {
                StaleReport report = new StaleSweep(store, StalePolicy.defaults(), false, () -> !isStillMyTurn()).run();
                log.debug("The janitor has finished: {}", report);
                if (!report.isComplete()) {
                    failed(String.join("; ", report.problems()), null);
                    return;
                }
            }
            hasFailed = false;
        } catch (RuntimeException | Error e) {
            failed(String.valueOf(Failure.of(e).getMessage()), e);
        }
    }

    private boolean isMyTurn() {
        if (stopped) {
            return false;
        }
        // The turn before may have been renewed, and a store may remember it.
        Await.result(letGo());
        String id = leaseIds.get();
        turn = id;
        askedAt = time.nanos();
        AcquireReply reply;
        try {
            reply = Await.result(Failure.or(() -> store.acquire(
                    new AcquireRequest(LOCK, id, Shape.MUTEX, 1, leaseMillis, false, 0, TAG, NO_QUEUE, 0))));
        } catch (RuntimeException | Error e) {
            letGo();
            turn = null;
            throw e;
        }
        if (reply instanceof AcquireReply.Granted granted) {
            token = granted.token();
            if (stopped) {
                letGo();
            }
            return !stopped;
        }
        turn = null;
        return false;
    }

    /** Asked before each removal. Blocks for a renewal at times. */
    private boolean isStillMyTurn() {
        String id = turn;
        if (stopped || id == null) {
            return false;
        }
        long now = time.nanos();
        long leaseNanos = TimeUnit.MILLISECONDS.toNanos(leaseMillis);
        if (now - askedAt < leaseNanos / 2) {
            return true;
        }
        RenewRequest renewal = new RenewRequest(LOCK, id, leaseMillis, false, Shape.MUTEX, 1, token, TAG);
        RenewReply reply = Await.result(Failure.or(() -> store.renew(List.of(renewal)))
                .handle((replies, failure) ->
                        failure == null ? replies.get(0) : new RenewReply.Unknown(failure.toString())));
        if (reply instanceof RenewReply.Renewed) {
            askedAt = now;
            return !stopped;
        }
        boolean isLost = !(reply instanceof RenewReply.Unknown);
        if (isLost) {
            turn = null;
        }
        return !isLost && time.nanos() - askedAt < leaseNanos;
    }

    /** Another client may take over at once. What does not arrive ends by itself. */
    private CompletableFuture<?> letGo() {
        String id = turn;
        return id == null
                ? CompletableFuture.completedFuture("")
                : Failure.or(() -> store.release(LOCK, id, 1, 0)).handle((released, failure) -> {
                    log.debug("The janitor has let go", failure);
                    return "";
                });
    }

    /** Told once, until a round succeeds. */
    private void failed(String why, @Nullable Throwable failure) {
        if (hasFailed || stopped) {
            log.debug("The janitor could not do its work again: {}", why, failure);
        } else {
            log.warn("The janitor could not do its work, will try again: {}", why, failure);
        }
        hasFailed = true;
    }
}
