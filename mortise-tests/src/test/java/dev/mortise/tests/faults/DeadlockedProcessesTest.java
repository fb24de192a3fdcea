package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.OtherJvm;
import dev.mortise.testkit.process.PendingGrant;
import dev.mortise.testkit.process.Polling;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Owners in two processes that wait for each other, one of which is killed or stopped. */
final class DeadlockedProcessesTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final Duration SHORT = Duration.ofMillis(2400);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration TIMEOUT = Duration.ofMillis(400);

    /** Longer than a deadlock is there before it is found. */
    private static final Duration WHILE = Duration.ofMillis(3500);

    private final AcquireOptions here = AcquireOptions.defaults().owner(Owner.of("here"));
    private final Queue<LockEvent> events = new ConcurrentLinkedQueue<>();
    private Mortise client;
    private Lease own;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @BeforeEach
    void holds() throws InterruptedException {
        client = closing(builder().listener(events::add).build());
        own = client.lock("own").acquire(here);
    }

    @Test
    void the_other_one_of_a_killed_owner_goes_on_at_the_end_of_its_lease() throws Exception {
        try (OtherJvm other = OtherJvm.start(server().uri(), TIMEOUT)) {
            waits(other, SHORT);
            CompletableFuture<Lease> wait = inThread(() -> client.lock("other").acquire(here));
            other.kill();
            assertThat(get(wait).isValid()).isTrue();
            assertThat(deadlocks()).isEmpty();
        }
    }

    @Test
    void the_other_one_of_an_owner_that_is_stopped_for_longer_than_its_lease_goes_on() throws Exception {
        try (OtherJvm other = OtherJvm.start(server().uri(), TIMEOUT)) {
            PendingGrant there = waits(other, SHORT);
            CompletableFuture<Lease> wait = inThread(() -> client.lock("other").acquire(here));
            other.pause();
            Lease lease = get(wait);
            other.resume();
            assertThat(other.isValid("other")).isFalse();
            assertThat(deadlocks()).isEmpty();
            lease.release();
            own.release();
            there.awaitGranted(PATIENCE);
        }
    }

    @Test
    void an_owner_that_is_stopped_within_its_lease_is_in_a_deadlock_once_it_goes_on() throws Exception {
        try (OtherJvm other = OtherJvm.start(server().uri(), TIMEOUT)) {
            PendingGrant there = waits(other, LONG);
            other.pause();
            CompletableFuture<Lease> wait = inThread(() -> client.lock("other").acquire(here));
            assertThat(Polling.until(WHILE, wait::isDone))
                    .as("it may let go as soon as it goes on")
                    .isFalse();
            other.resume();
            assertThatThrownBy(() -> get(wait)).hasRootCauseInstanceOf(DeadlockException.class);
            assertThat(there.isGranted()).isFalse();
            own.release();
            there.awaitGranted(PATIENCE);
            assertThat(deadlocks()).hasSize(1);
        }
    }

    /** It is on record when this returns. */
    private PendingGrant waits(OtherJvm other, Duration lease) {
        other.acquireAs("there", "other", lease);
        PendingGrant there = other.beginAcquireAs("there", "own", lease);
        until(
                "it is on record",
                () -> server().command("HKEYS", "mortise:waits") instanceof List<?> fields
                        && fields.stream().anyMatch(field -> field.toString().startsWith("o:")));
        return there;
    }

    private List<LockEvent> deadlocks() {
        return events.stream().filter(LockEvent.Deadlock.class::isInstance).toList();
    }
}
