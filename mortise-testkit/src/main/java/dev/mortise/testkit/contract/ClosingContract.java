package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** The end of a client that gives its holders time, and what is left of a client after its end. */
@SuppressWarnings("try") // what is held is held for its time
abstract class ClosingContract extends LifecycleContract {
    @Test
    void holders_end_in_peace_while_waits_end_at_once_and_nothing_begins() throws Exception {
        Recorder events = new Recorder();
        Mortise here = client(ClientSettings.defaults().heardBy(events));
        Mortise there = client();
        DistributedLock lock = here.lock(name());
        Lease mine = lock.acquire();
        Background<Lease> behindMine = waiting(lock, 0);
        Lease theirs = there.lock(name() + "theirs").acquire();
        Background<Lease> behindTheirs = waiting(here.lock(name() + "theirs"), 0);
        LeaseTicket ticket = there.lock(name() + "ticket").acquire().detach();
        Background<Boolean> closing = closing(here, PATIENCE);
        assertThat(behindMine.failure()).isInstanceOf(LockUnavailableException.class);
        assertThat(behindTheirs.failure()).isInstanceOf(LockUnavailableException.class);
        assertThat(there.lock(name() + "theirs").inspect().waiters()).isEmpty();
        assertThatThrownBy(lock::acquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lock::tryAcquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lock.acquireAsync(AcquireOptions.defaults()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> here.lock(name())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> here.adopt(ticket)).isInstanceOf(IllegalStateException.class);
        mine.extend(Duration.ofSeconds(60));
        mine.ensure(Duration.ofSeconds(20));
        assertThat(mine.isValid()).isTrue();
        assertThat(there.lock(name()).tryAcquire()).isEmpty();
        assertThat(closing.isDone()).isFalse();
        assertThat(mine.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(closing.get()).isFalse();
        assertThat(there.lock(name()).isLocked()).isFalse();
        until("all are heard of", () -> events.count(LockEvent.NotAcquired.class) == 2);
        assertThat(events.of(LockEvent.NotAcquired.class))
                .extracting(LockEvent.NotAcquired::reason)
                .containsOnly(LockEvent.NotAcquired.Reason.REFUSED);
        // Events come apart from what they tell of.
        until("the release is heard of", () -> events.count(LockEvent.Released.class) == 1);
        assertThat(events.count(LockEvent.Lost.class)).isZero();
        assertThat(theirs.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void what_is_held_while_a_client_ends_is_renewed() throws Exception {
        Mortise here = shortLived();
        Lease mine = here.lock(name()).acquire();
        Background<Boolean> closing = closing(here, PATIENCE);
        long start = System.nanoTime();
        until("twice its length is over", () -> since(start).compareTo(SHORT.multipliedBy(2)) > 0);
        assertThat(mine.isValid()).isTrue();
        assertThat(mine.release()).isEqualTo(ReleaseOutcome.RELEASED);
        assertThat(closing.get()).isFalse();
    }

    @Test
    void who_does_not_end_in_time_loses_the_lease() throws Exception {
        Recorder events = new Recorder();
        Mortise here = client(ClientSettings.defaults().heardBy(events));
        Lease mine = here.lock(name()).acquire();
        Lease detached = here.lock(name() + "detached").acquire();
        LeaseTicket ticket = detached.detach();
        here.close(Duration.ofMillis(200));
        assertThat(get(mine.lost()).cause()).isEqualTo(Cause.CLIENT_CLOSED);
        Mortise there = client();
        assertThat(there.lock(name()).isLocked()).isFalse();
        assertThat(there.adopt(ticket).release()).isEqualTo(ReleaseOutcome.RELEASED);
        until("the loss is heard of", () -> events.count(LockEvent.Lost.class) == 1);
    }

    @Test
    void close_ends_the_time_that_holders_had() throws Exception {
        Mortise here = client();
        Lease mine = here.lock(name()).acquire();
        Background<Boolean> closing = closing(here, PATIENCE.multipliedBy(10));
        here.close();
        assertThat(mine.isValid()).isFalse();
        assertThat(closing.get()).isFalse();
        assertThat(client().lock(name()).isLocked()).isFalse();
    }

    @Test
    void of_two_times_for_holders_the_shorter_one_counts() throws Exception {
        Mortise here = client();
        Lease mine = here.lock(name()).acquire();
        Background<Boolean> closing = closing(here, PATIENCE.multipliedBy(10));
        here.close(Duration.ofMillis(50));
        assertThat(mine.isValid()).isFalse();
        assertThat(closing.get()).isFalse();
        here.close(PATIENCE.multipliedBy(10));
    }

    @Test
    void an_interrupt_ends_the_time_that_holders_had_and_is_kept() throws Exception {
        Mortise here = client();
        Lease mine = here.lock(name()).acquire();
        Background<Boolean> closing = closing(here, PATIENCE.multipliedBy(10));
        closing.thread().interrupt();
        assertThat(closing.get()).isTrue();
        assertThat(mine.isValid()).isFalse();
        assertThat(client().lock(name()).isLocked()).isFalse();
    }

    @Test
    void nobody_is_waited_for_where_nobody_holds_anything() throws Exception {
        Mortise zero = client();
        Lease mine = zero.lock(name()).acquire();
        assertThatThrownBy(() -> zero.close(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("patience");
        assertThat(mine.isValid()).isTrue();
        zero.close(Duration.ZERO);
        assertThat(mine.isValid()).isFalse();
        Mortise idle = client();
        idle.lock(name()).acquire().release();
        LeaseTicket ticket = idle.lock(name()).acquire().detach();
        idle.close(Duration.ofDays(365_000_000));
        assertThat(client().adopt(ticket).release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_view_whose_client_was_closed_says_at_its_last_unlock_that_the_lock_was_lost() throws Exception {
        Mortise client = client();
        Lock view = client.lock(name()).asLock();
        view.lock();
        view.lock();
        client.close();
        view.unlock();
        assertThatThrownBy(view::unlock)
                .isInstanceOfSatisfying(
                        LeaseLostException.class,
                        lost -> assertThat(lost.loss().cause()).isEqualTo(Cause.CLIENT_CLOSED));
        assertThatThrownBy(view::unlock).isInstanceOf(IllegalMonitorStateException.class);
        assertThatThrownBy(view::lock).isInstanceOf(IllegalStateException.class);
    }

    /** Ends it in a thread of its own, and is known to have begun; answers whether that was interrupted. */
    static Background<Boolean> closing(Mortise client, Duration patience) {
        Background<Boolean> closing = Background.start(() -> {
            client.close(patience);
            return Thread.interrupted();
        });
        until("it refuses what is new", () -> {
            try {
                client.lock("any");
                return false;
            } catch (IllegalStateException closed) {
                return true;
            }
        });
        return closing;
    }
}
