package dev.mortise.internal.script;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.diagnosis.Census;
import dev.mortise.internal.diagnosis.Census.Kind;
import dev.mortise.internal.diagnosis.ServerDiagnosis;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Counts the keys of one prefix, and looks at some of them. Bounded: so many pages, so many keys. One request is under way at
 * a time. Never fails, never blocks; used once.
 */
final class KeyCensus {
    private static final int PAGES = 40;

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
                .thenCompose(isWhole -> sizes().thenCompose(unsized -> read(0).thenApply(all -> {
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

    /** What kept them from being found out. */
    private CompletableFuture<List<Finding>> sizes() {
        CompletableFuture<?> all = CompletableFuture.completedFuture(null);
        for (Kind kind : List.of(Kind.LOCKS, Kind.CLIENTS, Kind.RECORDS)) {
            for (String key : census.sample(kind)) {
                all = all.thenCompose(before -> size(key, 0))
                        .thenAccept(bytes -> bytes.ifPresent(taken -> census.size(kind, taken)));
            }
        }
        return all.handle(
                (done, failure) -> failure == null ? List.of() : unseen("MEMORY USAGE", "+memory|usage", failure));
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

    private CompletableFuture<?> read(int index) {
        if (index >= locks.size()) {
            return CompletableFuture.completedFuture(null);
        }
        String lock = locks.get(index);
        return InSteps.fields(runner, keys.lock(lock))
                .thenApply(LockHash::read)
                .thenCompose(record -> isAbandoned(record)
                        .thenAccept(abandoned -> census.read(
                                lock,
                                !record.holders().isEmpty() || !record.waiters().isEmpty(),
                                abandoned)))
                // A record that is no record is found by who uses it.
                .handle((done, failure) -> null)
                .thenCompose(done -> read(index + 1));
    }

    private CompletableFuture<Boolean> isAbandoned(LockRecord record) {
        Optional<LockRecord.Holder> endless = record.holders().stream()
                .filter(holder -> holder.expiryMillis() == 0)
                .findFirst();
        return endless.isEmpty()
                ? CompletableFuture.completedFuture(false)
                : InSteps.fields(runner, keys.client(endless.get().clientId()))
                        .thenApply(client -> client.byName().isEmpty());
    }

    private List<Finding> unseen(String command, String right, Throwable failure) {
        return ServerDiagnosis.unseen(server, command, right, failure);
    }
}
