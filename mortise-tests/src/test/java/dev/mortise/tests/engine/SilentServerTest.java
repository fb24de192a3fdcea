package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Owner;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.OptionalAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The server is silent, and the owner is on record as one that waits and holds. To give up a lease takes one command time-out all the
 * same, although two requests are to be answered one after the other.
 */
final class SilentServerTest extends OnFakeTime {
    private static final AcquireOptions MINE = ANY.owner(Owner.of("a"));
    private static final Duration WAIT = Duration.ofSeconds(20);

    private final FreezableStore freezable = new FreezableStore(store, time, TIMEOUT);
    private final LockClient mine = open(freezable.store(), time);
    private final Lease theirs = had(other.lock("y").acquireAsync(ANY.owner(Owner.of("b"))));

    /** Waits as long as the test needs, so that the owner is on record. */
    private CompletableFuture<Optional<Lease>> wait = new CompletableFuture<>();

    private void isOnRecord() {
        wait = mine.lock("y").tryAcquireAsync(MINE.maxWait(WAIT)).toCompletableFuture();
        pass(3_000);
        assertThat(server.waitingOwners()).hasSize(1);
    }

    @BeforeEach
    void theirsIsHeld() {
        assertThat(theirs.isValid()).isTrue();
    }

    @Test
    void a_release_takes_one_timeout() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        CompletableFuture<ReleaseOutcome> released = lease.releaseAsync().toCompletableFuture();
        assertThat(lease.isValid()).isFalse();
        assertThat(took(released)).isEqualTo(TIMEOUT.toMillis());
        assertThat(released).isCompletedWithValue(ReleaseOutcome.UNKNOWN);
        goesToTheNext("x");
    }

    @Test
    void a_release_takes_one_timeout_when_half_of_it_is_answered() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        store.faults().holdReplies(StoreOperation.WAIT);
        CompletableFuture<ReleaseOutcome> released = lease.releaseAsync().toCompletableFuture();
        pass(1_500);
        freezable.freezeAfter(0);
        store.faults().releaseReplies();
        assertThat(took(released)).isEqualTo(TIMEOUT.toMillis() - 1_500);
        goesToTheNext("x");
    }

    /** The answer is kept: what the server says later changes nothing. */
    @Test
    void a_release_that_took_too_long_is_done_in_the_background() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        CompletableFuture<ReleaseOutcome> released = lease.releaseAsync().toCompletableFuture();
        took(released);
        assertThat(server.waitingOwners()).hasSize(1);
        assertThat(other.lock("x").tryAcquire()).isEmpty();
        goesToTheNext("x");
        assertThat(server.waitingOwners()).isEmpty();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.UNKNOWN);
    }

    @Test
    void a_closing_client_tries_it_once_more() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        took(lease.releaseAsync().toCompletableFuture());
        pass(TIMEOUT.toMillis() / 2);
        freezable.thaw();
        assertThat(attempt(mine::close)).isEmpty();
        assertThat(other.lock("x").tryAcquire()).isPresent();
    }

    @Test
    void several_locks_are_released_in_one_timeout() {
        Lease lease = had(mine.allOf("u", "v", "x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        assertThat(took(lease.releaseAsync().toCompletableFuture())).isEqualTo(TIMEOUT.toMillis());
        goesToTheNext("v");
    }

    @Test
    void a_lease_that_is_shared_is_released_in_one_timeout() {
        Lease lease = had(mine.readWriteLock("x").readLock().acquireAsync(MINE));
        Lease beside = had(mine.readWriteLock("x").readLock().acquireAsync(ANY.owner(Owner.of("c"))));
        isOnRecord();
        freezable.freezeAfter(0);
        assertThat(took(lease.releaseAsync().toCompletableFuture())).isLessThanOrEqualTo(TIMEOUT.toMillis());
        assertThat(beside.isValid()).isTrue();
    }

    @Test
    void a_detach_takes_one_timeout_and_leaves_the_lease() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        takesOneTimeout(lease::detach)
                .hasValueSatisfying(why -> assertThat(why)
                        .isInstanceOf(LockUnavailableException.class)
                        .hasMessageContaining("'x'"));
        assertThat(lease.isValid()).isTrue();
        freezable.thaw();
        assertThat(attempt(lease::detach)).isEmpty();
    }

    @Test
    void a_downgrade_takes_one_timeout_and_leaves_the_lease() {
        DistributedReadWriteLock lock = mine.readWriteLock("x");
        Lease write = had(lock.writeLock().acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        takesOneTimeout(() -> lock.downgrade(write))
                .hasValueSatisfying(why -> assertThat(why).isInstanceOf(LockUnavailableException.class));
        assertThat(write.isValid()).isTrue();
        freezable.thaw();
        assertThat(attempt(() -> lock.downgrade(write))).isEmpty();
    }

    @Test
    void a_release_that_keeps_the_lock_takes_one_timeout_and_leaves_the_lease() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        takesOneTimeout(() -> lease.releaseAfter(Duration.ofSeconds(5)))
                .hasValueSatisfying(why -> assertThat(why).isInstanceOf(LockUnavailableException.class));
        assertThat(lease.isValid()).isTrue();
        freezable.thaw();
        assertThat(attempt(() ->
                        assertThat(lease.releaseAfter(Duration.ofSeconds(5))).isEqualTo(ReleaseOutcome.RELEASED)))
                .isEmpty();
    }

    /** The one that came first ended the lease, and says what became of that. */
    @Test
    void the_outcome_of_a_release_is_not_overwritten_by_one_that_comes_too_late() {
        Lease lease = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        store.faults().holdReplies(StoreOperation.WAIT);
        AtomicReference<ReleaseOutcome> second = new AtomicReference<>();
        Busy keeping = start(() -> second.set(lease.releaseAfter(Duration.ofSeconds(5))));
        keeping.comesToRest();
        CompletableFuture<ReleaseOutcome> first = lease.releaseAsync().toCompletableFuture();
        freezable.freezeAfter(0);
        store.faults().releaseReplies();
        freezable.thaw();
        assertThat(end(keeping)).isEmpty();
        took(first);
        assertThat(first).isCompletedWithValue(second.get());
        assertThat(second.get()).isNotEqualTo(ReleaseOutcome.LOST);
    }

    @Test
    void several_locks_are_kept_in_one_timeout() {
        Lease lease = had(mine.allOf("u", "v", "x").acquireAsync(MINE));
        freezable.freezeAfter(0);
        takesOneTimeout(() ->
                        assertThat(lease.releaseAfter(Duration.ofSeconds(5))).isEqualTo(ReleaseOutcome.UNKNOWN))
                .isEmpty();
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void several_locks_of_an_owner_on_record_are_kept_in_one_timeout() {
        Lease lease = had(mine.allOf("u", "v", "x").acquireAsync(MINE));
        isOnRecord();
        freezable.freezeAfter(0);
        takesOneTimeout(() ->
                        assertThat(lease.releaseAfter(Duration.ofSeconds(5))).isEqualTo(ReleaseOutcome.UNKNOWN))
                .isEmpty();
        assertThat(lease.isValid()).isFalse();
        goesToTheNext("v");
    }

    @Test
    void a_wait_ends_one_timeout_after_its_time() {
        Lease held = had(mine.lock("x").acquireAsync(MINE));
        isOnRecord();
        pass(WAIT.toMillis() - 3_000 - 1);
        freezable.freezeAfter(0);
        pass(1);
        assertThat(took(wait)).isLessThanOrEqualTo(TIMEOUT.toMillis());
        assertThat(wait).isCompletedWithValue(Optional.empty());
        assertThat(held.fencingToken()).isPositive();
    }

    /** A search for the holder may take many requests, each of which is answered in time. */
    @Test
    void a_wait_in_vain_ends_one_timeout_after_its_time_however_long_its_report_takes() {
        CompletableFuture<Lease> waiting =
                mine.lock("y").acquireAsync(MINE.maxWait(WAIT)).toCompletableFuture();
        pass(WAIT.toMillis() - 1);
        store.faults().holdReplies(StoreOperation.GLANCE);
        pass(1);
        assertThat(took(waiting)).isLessThanOrEqualTo(TIMEOUT.toMillis());
        assertThat(waiting)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(LockTimeoutException.class);
        store.faults().releaseReplies();
    }

    /** How long it takes until that is complete, ms. */
    private long took(CompletableFuture<?> done) {
        long millis = 0;
        time.runCallbacks();
        while (!done.isDone() && millis < 60_000) {
            pass(10);
            time.runCallbacks();
            millis += 10;
        }
        return millis;
    }

    private OptionalAssert<Throwable> takesOneTimeout(Action action) {
        AtomicLong took = new AtomicLong();
        Optional<Throwable> failure = attempt(() -> {
            long began = time.nanos();
            try {
                action.run();
            } finally {
                took.set(time.nanos() - began);
            }
        });
        assertThat(Duration.ofNanos(took.get())).isBetween(TIMEOUT.minusMillis(1), TIMEOUT.plusMillis(500));
        return assertThat(failure);
    }

    private void goesToTheNext(String lock) {
        freezable.thaw();
        assertThat(within(60, other.lock(lock).acquireAsync(ANY))).isPresent();
    }
}
