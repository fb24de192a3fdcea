package dev.mortise.internal.deadlock;

import dev.mortise.internal.store.Failure;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The same question about several things, all asked at once. */
final class AskedAll {
    private AskedAll() {}

    /** The answers, by what was asked about. Fails if one of the questions does. */
    static <V> CompletableFuture<Map<String, V>> of(
            Collection<String> things, Function<String, CompletableFuture<V>> question) {
        Map<String, CompletableFuture<V>> asked = new LinkedHashMap<>();
        things.forEach(thing -> asked.put(thing, Failure.or(() -> question.apply(thing))));
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    Map<String, V> answers = new HashMap<>();
                    asked.forEach((thing, answer) -> answers.put(thing, Objects.requireNonNull(answer.getNow(null))));
                    return answers;
                });
    }
}
