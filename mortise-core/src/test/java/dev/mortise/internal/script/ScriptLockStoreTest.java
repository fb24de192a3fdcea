package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.store.InboxListener;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ScriptLockStoreTest {
    private static final Keys KEYS = new Keys("mortise:");

    private final List<Script> asked = new ArrayList<>();
    private final List<Object> knownRuns = new ArrayList<>();
    private final List<Runnable> reconnects = new ArrayList<>();

    /** A server that has started anew without its data begins its quiet period with that, before anybody asks for a lock. */
    @Test
    void whoever_is_connected_again_tells_the_server_which_process_it_knew() {
        open(QuietMarker.of(KEYS, Duration.ofSeconds(9)));
        assertThat(asked).containsExactly(Script.BOOT);
        reconnects.forEach(Runnable::run);
        assertThat(asked).containsExactly(Script.BOOT, Script.BOOT);
        assertThat(knownRuns).containsExactly("", "run 1");
    }

    @Test
    void without_a_quiet_period_there_is_nothing_to_tell() {
        open(QuietMarker.none());
        reconnects.forEach(Runnable::run);
        assertThat(asked).isEmpty();
    }

    private void open(QuietMarker quiet) {
        ScriptRunner runner = fake(ScriptRunner.class);
        assertThat(new ScriptLockStore(runner, KEYS, quiet).open("client", fake(InboxListener.class)))
                .isCompleted();
    }

    private <T> T fake(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, this::called));
    }

    private @Nullable Object called(Object self, Method method, Object[] args) {
        return switch (method.getName()) {
            case "run" -> {
                asked.add((Script) args[0]);
                knownRuns.add(((List<?>) args[2]).get(0));
                yield CompletableFuture.completedFuture(List.of("run " + asked.size()));
            }
            case "subscribe" -> CompletableFuture.completedFuture(null);
            case "onReconnect" -> {
                reconnects.add((Runnable) args[0]);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }
}
