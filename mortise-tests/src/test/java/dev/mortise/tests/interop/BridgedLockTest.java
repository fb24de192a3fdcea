package dev.mortise.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LockTimeoutException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.interop.BridgePart;
import dev.mortise.interop.BridgedLease;
import dev.mortise.interop.BridgedLock;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.LockLayout;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Two locks as one: what moves a fleet from one to the other. */
@SuppressWarnings("try") // what is held is held for its time
final class BridgedLockTest extends OnInterop {
    @Test
    void programs_of_all_three_releases_exclude_each_other() throws Exception {
        InteropLock former = locks(LockLayout.shedLock("prod")).lock("job");
        DistributedLock next = client().lock("job");
        BridgedLock both = BridgedLock.of(former, next);

        try (BridgedLease lease = both.acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(lease.remaining()).isPositive().isLessThanOrEqualTo(LEASE);
            assertThat(lease.fencingToken()).isPresent();
            assertThat(takes(former.key(), "theirs", 1000)).isFalse();
            assertThat(client().lock("job").tryAcquire()).isEmpty();
            assertThat(BridgedLock.of(former, next).tryAcquire()).isEmpty();
        }
        assertThat(former.isLocked() || next.isLocked()).isFalse();

        takes(former.key(), "theirs", 60_000);
        assertThat(both.tryAcquire()).isEmpty();
        assertThat(next.isLocked()).isFalse();
        gives(former.key(), "theirs");
        try (Lease alone = next.acquire()) {
            assertThat(both.tryAcquire()).isEmpty();
            assertThat(former.isLocked()).isFalse();
        }
        both.acquire().close();
    }

    @Test
    void waits_share_a_limit_and_the_first_is_given_back() throws Exception {
        InteropLock former = locks(LockLayout.plain()).lock("job");
        DistributedLock next = client().lock("job");
        takes("job", "theirs", 400);
        try (Lease alone = client().lock("job").acquire()) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> BridgedLock.of(former, next).acquire(Duration.ofMillis(1200)))
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContaining("'job'");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(1150), Duration.ofSeconds(6));
        }
        assertThat(exists("job")).isFalse();
    }

    @Test
    void an_interrupt_while_it_waits_for_the_second_leaves_none_held() throws Exception {
        InteropLock former = locks(LockLayout.plain()).lock("job");
        DistributedLock next = client().lock("job");
        try (Lease alone = client().lock("job").acquire()) {
            Thread[] waiter = new Thread[1];
            CompletableFuture<BridgedLease> waiting = inThread(() -> {
                waiter[0] = Thread.currentThread();
                return BridgedLock.of(former, next).acquire();
            });
            untilWaiting(next, 1);
            assertThat(exists("job")).isTrue();
            waiter[0].interrupt();
            assertThat(failure(waiting)).isInstanceOf(InterruptedException.class);
            assertThat(exists("job")).isFalse();
            assertThat(next.inspect().waiters()).isEmpty();
        }
    }

    @Test
    void the_loss_of_either_ends_the_whole() throws Exception {
        InteropLock former = locks(LockLayout.plain()).lock("job");
        Mortise mortise = client(server().uri(), LEASE);
        BridgedLock both = BridgedLock.of(former, mortise.lock("job"));

        BridgedLease one = both.acquire();
        redis("SET", "job", "theirs");
        get(one.lost().toCompletableFuture());
        assertThat(one.isValid()).isFalse();
        until("the other is released", () -> !mortise.lock("job").isLocked());
        assertThat(one.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(at("job")).isEqualTo("theirs");
        redis("DEL", "job");

        BridgedLease other = both.acquire();
        mortise.admin().forceRelease("job", "test");
        get(other.lost().toCompletableFuture());
        until("the other is released", () -> !exists("job"));
        assertThat(other.remaining()).isZero();
    }

    @Test
    void a_call_releases_both_and_says_when_one_was_lost() throws Exception {
        InteropLock former = locks(LockLayout.plain()).lock("job");
        DistributedLock next = client().lock("job");
        BridgedLock both = BridgedLock.of(former, next);
        assertThat(both.<String, RuntimeException>call(Duration.ofSeconds(5), lease -> at("job")))
                .isNotEmpty();
        assertThat(exists("job") || next.isLocked()).isFalse();
        assertThatThrownBy(
                        () -> both.call(Duration.ofSeconds(5), lease -> String.valueOf(redis("SET", "job", "theirs"))))
                .isInstanceOf(LeaseLostException.class);
        assertThat(next.isLocked()).isFalse();
    }

    @Test
    void a_lock_that_belongs_to_a_thread_is_released_by_that_thread() throws Exception {
        ReentrantLock theirs = new ReentrantLock();
        Mortise mortise = client(server().uri(), LEASE);
        BridgedLock both = BridgedLock.of(
                BridgePart.of("redisson", theirs, theirs::isHeldByCurrentThread), BridgePart.of(mortise.lock("job")));

        BridgedLease lease = both.acquire(Duration.ofSeconds(5));
        assertThat(theirs.isHeldByCurrentThread()).isTrue();
        CompletableFuture<Optional<BridgedLease>> other = inThread(both::tryAcquire);
        assertThat(get(other)).isEmpty();
        assertThat(get(inThread(lease::isValid))).isTrue();
        mortise.admin().forceRelease("job", "test");
        get(lease.lost().toCompletableFuture());
        assertThat(theirs.isHeldByCurrentThread()).isTrue();
        assertThat(lease.release()).isEqualTo(ReleaseOutcome.LOST);
        assertThat(theirs.isLocked()).isFalse();

        // It expired on a server, as its library says.
        BridgedLease expired = both.acquire();
        theirs.unlock();
        assertThat(expired.isValid()).isFalse();
        assertThat(mortise.lock("job").isLocked()).isFalse();
        assertThat(expired.release()).isEqualTo(ReleaseOutcome.LOST);
    }
}
