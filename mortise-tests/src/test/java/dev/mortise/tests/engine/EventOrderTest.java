package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.internal.client.LockClient;
import dev.mortise.tests.ForwardingTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Listeners hear of things in the order in which the holder saw them. */
final class EventOrderTest extends OnFakeTime {
    @Test
    void a_release_is_told_before_whoever_waits_for_it_goes_on() throws Exception {
        DelayedConnection delayed = new DelayedConnection(store);
        // An outcome is delivered at once, so whatever comes after it in the engine comes late.
        LockClient releasing = open(delayed.connection(), new ForwardingTime(time) {
            @Override
            public Executor outcomes() {
                return Runnable::run;
            }
        });
        Lease lease = had(releasing.lock("r").acquireAsync(ANY).toCompletableFuture());
        delayed.hold("release");
        CompletableFuture<Lease> next = lease.releaseAsync()
                .thenCompose(how -> releasing.lock("r").acquireAsync(ANY))
                .toCompletableFuture();
        time.runCallbacks();
        assertThat(next.isDone()).isFalse();
        delayed.arrive();
        Lease second = had(next);
        assertThat(events)
                .extracting(event -> (Object) event.getClass())
                .containsExactly(LockEvent.Acquired.class, LockEvent.Released.class, LockEvent.Acquired.class);
        assertThat(second.isValid()).isTrue();
    }
}
