package dev.mortise.internal.script;

import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** What takes more than one call of a script where there is much. The second word of a reply says where to go on. */
final class InSteps {
    /** In place of a reply before the first one: it says where to begin. */
    private static final List<?> BEGIN = List.of(0L, "0", "0");

    /** How often a glance is repeated while there are holders that it does not find; each sees some 128 fields at least. */
    private static final int MOST_GLANCES = 200;

    private InSteps() {}

    /**
     * Asks again, with what the reply before says, until a reply says that it is the last one, which is answered.
     *
     * @param seen hears each reply
     */
    static CompletableFuture<List<?>> run(Function<List<?>, CompletableFuture<Object>> ask, Consumer<List<?>> seen) {
        return run(ask, seen, BEGIN);
    }

    /** All fields of a key; what was read last counts. */
    static CompletableFuture<LockHash.Fields> fields(ScriptRunner runner, String key) {
        Map<String, String> fields = new ConcurrentHashMap<>();
        return run(
                        before -> runner.run(Script.INSPECT, List.of(key), List.of("0", next(before))),
                        parts -> Replies.fields(parts.subList(2, parts.size()), fields))
                .thenApply(last -> new LockHash.Fields(Replies.number(last.get(0)), fields));
    }

    /** Whether a lease that is not over is in that key of a lock. */
    static CompletableFuture<Boolean> isHeld(ScriptRunner runner, String key) {
        return run(before -> runner.run(Script.INSPECT, List.of(key), List.of("1", next(before))), parts -> {})
                .thenApply(last -> Replies.number(last.get(2)) == 1);
    }

    /** The first holders and waiters in the key of a lock; see {@code glancing.lua}. It is told also where nothing can be written. */
    static CompletableFuture<Glance> glance(ScriptRunner runner, String key, String leaseId) {
        return glance(runner, key, leaseId, 1).exceptionallyCompose(failure -> {
            if (Failure.of(failure).effect() != Effect.NONE) {
                return CompletableFuture.failedFuture(failure);
            }
            return runner.run(Script.PEEK, List.of(key), List.of(leaseId))
                    .thenApply(reply -> LockHash.glance(Replies.list(reply)));
        });
    }

    private static CompletableFuture<Glance> glance(ScriptRunner runner, String key, String leaseId, int calls) {
        return runner.run(Script.GLANCE, List.of(key), List.of(leaseId)).thenCompose(reply -> {
            List<?> parts = Replies.list(reply);
            return Replies.number(parts.get(1)) == 1 && calls < MOST_GLANCES
                    ? glance(runner, key, leaseId, calls + 1)
                    : CompletableFuture.completedFuture(LockHash.glance(parts));
        });
    }

    /** Where to go on; "" when there is nothing left. */
    static String next(List<?> parts) {
        return (String) parts.get(1);
    }

    private static CompletableFuture<List<?>> run(
            Function<List<?>, CompletableFuture<Object>> ask, Consumer<List<?>> seen, List<?> before) {
        return ask.apply(before).thenCompose(reply -> {
            List<?> parts = Replies.list(reply);
            seen.accept(parts);
            return next(parts).isEmpty() ? CompletableFuture.<List<?>>completedFuture(parts) : run(ask, seen, parts);
        });
    }
}
