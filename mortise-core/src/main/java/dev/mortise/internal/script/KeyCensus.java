package dev.mortise.internal.script;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.diagnosis.Census;
import dev.mortise.internal.diagnosis.Census.Kind;
import dev.mortise.internal.diagnosis.ServerDiagnosis;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Counts the keys of one prefix, and looks at some of them. Bounded: so many pages, one after the other, then so many keys at
 * once. Never fails, never blocks; used once.
 */
final class KeyCensus {
    private static final int PAGES = 20;

    /** So many locks are read. */
    private static final int READ = 20;

    private final ScriptRunner runner;
    private final Keys keys;
    private final List<ServerProbe> probes;
    private final String server;
    private final Census census;
    private final List<String> locks = new ArrayList<>();

    KeyCensus(ScriptRunner runner, Keys keys, List<ServerProbe> probes) {
        this.runner = runner;
        this.keys = keys;
        this.probes = probes;
        this.server = probes.size() == 1 ? probes.get(0).server() : "";
        this.census = new Census(server);
    }

    CompletableFuture<List<Finding>> findings() {
        return count("", 0)
                .thenCompose(isWhole -> sizes().thenCompose(unsized -> read().thenApply(all -> {
                    List<Finding> findings = new ArrayList<>(census.findings(isWhole));
                    findings.addAll(unsized);
                    return findings;
                })))
                .exceptionally(failure -> unseen("SCAN", "+scan", failure));
    }

    /** Answers whether all were counted. */
    private CompletableFuture<Boolean> count(String cursor, int page) {
        return Failure.or(() -> runner.scan(keys.all(), cursor)).thenCompose(found -> {
            found.keys().forEach(this::count);
            if (found.next().isEmpty() || page + 1 >= PAGES) {
                return CompletableFuture.completedFuture(found.next().isEmpty());
            }
            return count(found.next(), page + 1);
        });
    }

    private void count(String key) {
        Optional<String> lock = keys.lockOf(key);
        if (lock.isPresent()) {
            census.count(Kind.LOCKS, key);
            if (locks.size() < READ) {
                locks.add(lock.get());
            }
        } else if (keys.clientOf(key).isPresent()) {
            census.count(Kind.CLIENTS, key);
        } else {
            boolean isOurs = key.equals(keys.waits()) || key.equals(keys.meta());
            census.count(isOurs ? Kind.RECORDS : Kind.FOREIGN, key);
        }
    }

    /** All at once. Answers what kept them from being found out. */
    private CompletableFuture<List<Finding>> sizes() {
        Map<CompletableFuture<OptionalLong>, Kind> asked = new LinkedHashMap<>();
        for (Kind kind : List.of(Kind.LOCKS, Kind.CLIENTS, Kind.RECORDS)) {
            census.sample(kind).forEach(key -> asked.put(size(key, 0), kind));
        }
        return CompletableFuture.allOf(asked.keySet().toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> {
                    if (failure != null) {
                        return unseen("MEMORY USAGE", "+memory|usage", failure);
                    }
                    asked.forEach((size, kind) ->
                            size.getNow(OptionalLong.empty()).ifPresent(bytes -> census.size(kind, bytes)));
                    return List.of();
                });
    }

    /** In a Cluster another master may have it. */
    private CompletableFuture<OptionalLong> size(String key, int from) {
        if (from >= probes.size()) {
            return CompletableFuture.completedFuture(OptionalLong.empty());
        }
        return probes.get(from)
                .memoryOf(key)
                .exceptionallyCompose(failure -> ScriptError.message(failure).contains("MOVED ")
                        ? size(key, from + 1)
                        : CompletableFuture.failedFuture(failure));
    }

    /** All at once. A record that is no record is left to who uses the lock. */
    private CompletableFuture<?> read() {
        Map<String, CompletableFuture<Use>> asked = new LinkedHashMap<>();
        for (String lock : locks) {
            asked.put(lock, use(lock));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> {
                    asked.forEach((lock, use) -> {
                        if (!use.isCompletedExceptionally()) {
                            Use found = use.getNow(Use.NONE);
                            census.read(lock, found != Use.NONE, found == Use.ABANDONED);
                        }
                    });
                    return null;
                });
    }

    private CompletableFuture<Use> use(String lock) {
        return InSteps.fields(runner, keys.lock(lock)).thenApply(LockHash::read).thenCompose(record -> {
            if (record.holders().isEmpty() && record.waiters().isEmpty()) {
                return CompletableFuture.completedFuture(Use.NONE);
            }
            Optional<LockRecord.Holder> endless = record.holders().stream()
                    .filter(holder -> holder.expiryMillis() == 0)
                    .findFirst();
            return endless.isEmpty()
                    ? CompletableFuture.completedFuture(Use.ALIVE)
                    : InSteps.fields(runner, keys.client(endless.get().clientId()))
                            .thenApply(client -> client.byName().isEmpty() ? Use.ABANDONED : Use.ALIVE);
        });
    }

    /** What a lock is used for. */
    private enum Use {
        NONE,
        ALIVE,
        /** Held without expiry by a client that gives no heartbeat. */
        ABANDONED
    }

    private List<Finding> unseen(String command, String right, Throwable failure) {
        return ServerDiagnosis.unseen(server, command, right, failure);
    }
}
