package dev.mortise.internal.deadlock;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister.Term;
import dev.mortise.internal.store.Waits;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The register of waits as one client writes it. Thread-safe, never blocks. */
final class WaitBook {
    /** How often a record is told again, ns. */
    static final long REFRESH = TimeUnit.SECONDS.toNanos(5);

    /** How soon it is told again where a deadlock may be left, ns. */
    static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(400);

    /** How soon when another client says so, ns. */
    static final long NUDGED = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long it is believed that what looks like a deadlock is none, ns. */
    static final long CLEARED = TimeUnit.SECONDS.toNanos(30);

    /** How long a record is believed, ms: three times that. */
    static final long TTL_MILLIS = 15_000;

    /**
     * How long a lease waits at least for its record to be taken back, ns. So long each record is certain: time enough to have
     * those of a deadlock refreshed, and to look twice.
     */
    private static final long LEAST_CLAIM = TimeUnit.SECONDS.toNanos(1);

    /** How long a record is refused that comes late, ms: longer than any request can be under way. */
    private static final long REFUSED_MILLIS = 2 * TTL_MILLIS;

    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(20, 1_000);

    private static final Logger log = LoggerFactory.getLogger(WaitBook.class);

    private final LockStore store;
    private final Time time;
    private final String clientId;
    private final Term term;

    /** How long a lease waits for its record to be taken back, ns. */
    private final long claimNanos;

    /** Greater than that of every record told before. The id of a client is used once, so they begin at one. */
    private final AtomicLong versions = new AtomicLong();

    /** Whether a refusal was logged. Once true stays true. */
    private final AtomicBoolean refusalIsTold = new AtomicBoolean();

    /** Whether it was logged that more wait than are looked at. Once true stays true. */
    private final AtomicBoolean excessIsTold = new AtomicBoolean();

    /** Until when a record may come late, as its request got no answer, ns; null = each was answered so far. */
    private volatile @Nullable Long lateUntil;

    WaitBook(LockStore store, Time time, String clientId, long commandTimeoutNanos) {
        this.store = store;
        this.time = time;
        this.clientId = clientId;
        this.claimNanos = Math.max(LEAST_CLAIM, commandTimeoutNanos);
        this.term = new Term(TTL_MILLIS, TimeUnit.NANOSECONDS.toMillis(claimNanos));
    }

    String clientId() {
        return clientId;
    }

    /** Tells a party of this client from all parties of others. */
    String owner(String party) {
        return clientId + "/" + party;
    }

    long nextVersion() {
        return versions.incrementAndGet();
    }

    /** @param isThere whether the register has acknowledged that version before */
    CompletableFuture<Waits> register(WaitRecord record, boolean isThere) {
        return Failure.or(() -> isThere
                        ? store.waits().refresh(record, term)
                        : store.waits().enter(record, term))
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        failed(Failure.of(failure));
                    } else if (!answer.isComplete() && excessIsTold.compareAndSet(false, true)) {
                        log.warn(
                                "Owner '{}' waits for more than {} owners that wait, directly or not: a deadlock among more is not found",
                                record.tag().owner(),
                                answer.records().size());
                    }
                });
    }

    private void failed(StoreException failure) {
        if (failure.effect() == Effect.UNKNOWN) {
            lateUntil = time.nanos() + TimeUnit.MILLISECONDS.toNanos(REFUSED_MILLIS);
        } else if (failure.effect() == Effect.REFUSED && refusalIsTold.compareAndSet(false, true)) {
            log.warn("Deadlocks are not found, as the server refuses to register long waits", failure);
        }
    }

    /** Whether a record of any party may come late. So long, each that is taken back is refused from then on. */
    private boolean mayComeLate() {
        Long until = lateUntil;
        return until != null && time.nanos() - until < 0;
    }

    /**
     * Takes back the records of a party; goes on being tried until no record can be believed.
     *
     * @param version from here on none up to it is accepted
     * @param isUnderWay whether one is under way
     * @return completes with true when the register has done so or refuses to; with false when no answer came for so long that no
     *     record is certain any more. Never fails
     */
    CompletableFuture<Boolean> forget(String party, long version, boolean isUnderWay) {
        long refusedMillis = isUnderWay || mayComeLate() ? REFUSED_MILLIS : 0;
        return new Retry<>(
                        time,
                        PAUSES,
                        claimNanos,
                        TimeUnit.MILLISECONDS.toNanos(TTL_MILLIS),
                        true,
                        () -> Failure.or(() -> store.waits().forget(owner(party), version, refusedMillis))
                                .handle((done, failure) -> isAnswer(failure)))
                .start()
                .inTime()
                .thenApply(Optional::isPresent);
    }

    /** A refusal is one: it does not end soon. */
    private static boolean isAnswer(@Nullable Throwable failure) {
        if (failure != null) {
            StoreException why = Failure.of(failure);
            if (why.effect() != Effect.REFUSED) {
                throw why;
            }
        }
        return true;
    }
}
