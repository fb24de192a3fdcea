package dev.mortise.internal.lettuce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.KnownVersions;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.InboxListener;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A client that was there before its server. */
class LateRunnerTest {
    private static final long TIMEOUT = Duration.ofSeconds(2).toNanos();

    private final HandTime time = new HandTime();
    private final AtomicBoolean isUp = new AtomicBoolean();
    private final List<Runnable> reconnects = new ArrayList<>();
    private final List<Script> ran = new ArrayList<>();
    private final LateRunner late = new LateRunner(
            () -> {
                if (!isUp.get()) {
                    throw Failures.notConnected("it is down");
                }
                return fake(ScriptRunner.class, this::called);
            },
            time,
            TIMEOUT,
            Deployment.STANDALONE,
            "the server");

    @Test
    void what_is_to_be_done_at_each_connection_is_done_when_it_comes_late_and_once() {
        AtomicInteger done = new AtomicInteger();
        late.onReconnect(done::incrementAndGet);
        late.start();
        pass(3_000);
        assertThat(done).hasValue(0);
        comesUp();
        assertThat(done).hasValue(1);
        assertThat(reconnects).hasSize(1);
        reconnects.forEach(Runnable::run);
        assertThat(done).hasValue(2);
    }

    @Test
    void it_is_done_also_when_the_first_attempt_succeeds() {
        AtomicInteger done = new AtomicInteger();
        late.onReconnect(done::incrementAndGet);
        isUp.set(true);
        late.start();
        pass(1);
        assertThat(done).hasValue(1);
    }

    /** A server that was started anew would give locks away that others hold. */
    @Test
    void a_client_that_connects_late_tells_the_server_of_its_quiet_period() {
        Keys keys = new Keys("mortise");
        QuietMarker quiet = QuietMarker.of(keys, Duration.ofSeconds(30));
        late.start();
        pass(3_000);
        new ScriptLockStore(late, keys, quiet, new KnownVersions())
                .open("client", fake(InboxListener.class, (proxy, method, arguments) -> null));
        assertThat(ran).isEmpty();
        comesUp();
        assertThat(ran).isNotEmpty();
    }

    @Test
    void a_runner_has_nothing_that_one_in_front_of_it_may_forget() {
        assertThat(ScriptRunner.class.getMethods()).noneMatch(Method::isDefault);
    }

    private void comesUp() {
        isUp.set(true);
        pass(20_000);
    }

    private void pass(long millis) {
        time.pass(millis);
    }

    private @Nullable Object called(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "onReconnect" -> {
                reconnects.add((Runnable) arguments[0]);
                yield null;
            }
            case "run" -> {
                ran.add((Script) arguments[0]);
                yield CompletableFuture.completedFuture(List.of("run"));
            }
            case "subscribe" -> CompletableFuture.completedFuture(null);
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private static <T> T fake(Class<T> type, InvocationHandler calls) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
    }
}
