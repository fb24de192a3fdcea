package dev.mortise.internal.script;

import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Glob;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/** What is on record, by the keys that a server has. Thread-safe, never blocks. */
final class ScriptCatalogue implements Catalogue {
    /*
     * The server gets a pattern with one star, which it matches in one pass. It says more than was asked for: a key has a
     * name encoded, so that one character may be many there. What was asked for is picked out here.
     */
    private final ScriptRunner runner;
    private final Keys keys;
    private final Rights rights;

    ScriptCatalogue(ScriptRunner runner, Keys keys, Rights rights) {
        this.runner = runner;
        this.keys = keys;
        this.rights = rights;
    }

    @Override
    public CompletableFuture<Page> locks(String pattern, String cursor) {
        Glob glob = Glob.of(pattern);
        return page(keys.locks(glob), cursor, keys::lockOf, glob::matches);
    }

    @Override
    public CompletableFuture<Page> clients(String cursor) {
        return page(keys.client("*"), cursor, keys::clientOf, id -> true);
    }

    private CompletableFuture<Page> page(
            String pattern, String cursor, Function<String, Optional<String>> nameOf, Predicate<String> isWanted) {
        return Failure.or(() -> runner.scan(pattern, cursor))
                .thenApply(page -> new Page(names(page.keys(), nameOf, isWanted), page.next()))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explained(Failure.of(failure))));
    }

    private static List<String> names(
            List<String> keys, Function<String, Optional<String>> nameOf, Predicate<String> isWanted) {
        return keys.stream()
                .flatMap(key -> nameOf.apply(key).stream())
                .filter(isWanted)
                .toList();
    }

    /** A right that is missing here is needed for nothing else. */
    private StoreException explained(StoreException failure) {
        return failure.effect() == Effect.REFUSED
                ? new StoreException(Effect.REFUSED, rights.explain(failure), failure)
                : failure;
    }
}
