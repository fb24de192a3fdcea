package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.process.Polling;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that is closed while its server does not answer leaves nobody hanging. */
final class ClosingTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final Duration LEASE = Duration.ofSeconds(6);

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    enum State {
        PAUSED,
        DEAD
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void close_is_bounded_and_ends_every_call(State state) throws Exception {
        Mortise client = client(server().uri(), LEASE);
        Lease held = client.lock("held").acquire();
        Lease releasing = client.lock("releasing").acquire();
        Lease theirs = client.lock("wanted").acquire();
        CompletableFuture<Lease> waiter = inThread(() -> client.lock("wanted").acquire());
        CompletableFuture<Lease> future = client.lock("wanted").acquireAsync(AcquireOptions.defaults());
        untilWaiting(client.lock("wanted"), 2);
        switch (state) {
            case PAUSED -> server().pause();
            case DEAD -> server().kill();
        }
        CompletableFuture<ReleaseOutcome> release = inThread(releasing::release);
        CompletableFuture<Optional<Lease>> asking =
                inThread(() -> client.lock("new").tryAcquire());
        CompletableFuture<Lease> joining = inThread(() -> client.lock("new").acquire());
        CompletableFuture<Boolean> extending = inThread(() -> {
            held.extend(Duration.ofSeconds(20));
            return true;
        });
        long start = System.nanoTime();
        CompletableFuture<Boolean> closing = inThread(() -> {
            client.close();
            return true;
        });
        assertThat(get(closing)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
        assertThat(failure(waiter)).isInstanceOf(LockUnavailableException.class);
        assertThat(failure(future)).isInstanceOf(LockUnavailableException.class);
        assertThat(failure(joining)).isInstanceOfAny(LockUnavailableException.class, IllegalStateException.class);
        assertThat(failure(asking)).isInstanceOfAny(LockUnavailableException.class, IllegalStateException.class);
        assertThat(failure(extending)).isNotNull();
        assertThat(get(release)).isEqualTo(ReleaseOutcome.UNKNOWN);
        assertThat(get(held.lost().toCompletableFuture()).cause()).isIn(Cause.CLIENT_CLOSED, Cause.UNREACHABLE);
        assertThat(theirs.isValid()).isFalse();
    }

    @Test
    void opening_and_closing_leaves_nothing() {
        for (int i = 0; i < 20; i++) {
            builder().build().close();
        }
        assertThat(Polling.until(Duration.ofSeconds(5), () -> keys().isEmpty()))
                .as("no heartbeat outlives its client: " + keys())
                .isTrue();
    }
}
