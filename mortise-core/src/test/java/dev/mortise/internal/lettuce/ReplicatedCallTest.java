package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.script.Script;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.api.StatefulRedisConnection;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call whose time is over before it had a connection is never sent, and says so. */
final class ReplicatedCallTest {
    private final AtomicInteger uses = new AtomicInteger();
    private final ReplicatedCall call = new ReplicatedCall(
            Script.ACQUIRE.text(), new String[0], new String[0], new RequiredCopies(false, 0, 1, 10));

    @Test
    void what_was_said_not_to_be_sent_is_not_sent_later() {
        call.timeIsUp();
        assertThat(effect()).isEqualTo(Effect.NONE);
        assertThat(call.on(connection())).isCompleted();
        assertThat(uses).hasValue(0);
    }

    @Test
    void what_could_not_be_sent_says_so() {
        assertThat(call.on(connection())).isCompletedExceptionally();
        assertThat(uses).hasValue(1);
        assertThat(effect()).isEqualTo(Effect.NONE);
    }

    private Effect effect() {
        return call.result()
                .handle((reply, failure) -> ((StoreException) failure).effect())
                .join();
    }

    /** Counts its uses, and cannot send. */
    @SuppressWarnings("unchecked")
    private StatefulRedisConnection<String, String> connection() {
        return (StatefulRedisConnection<String, String>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {StatefulRedisConnection.class}, (self, method, args) -> {
                    uses.incrementAndGet();
                    throw new IllegalStateException("closed");
                });
    }
}
