package dev.mortise.internal.script;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The register of waits of one server: one hash, see {@code waits.lua}. Thread-safe, never blocks. */
final class ScriptWaitRegister implements WaitRegister {
    /** How the name of a field begins that has a record. */
    private static final String OWNER = "o:";

    /** How the name of a field begins that has the holders of a lock. */
    private static final String LOCK = "h:";

    private final ScriptRunner runner;
    private final Keys keys;

    ScriptWaitRegister(ScriptRunner runner, Keys keys) {
        this.runner = runner;
        this.keys = keys;
    }

    @Override
    public CompletableFuture<Waits> enter(WaitRecord record, Term term) {
        return new WaitEntry(runner, keys, record, term).start(1).thenCompose(reply -> entered(record, reply));
    }

    @Override
    public CompletableFuture<Waits> refresh(WaitRecord record, Term term) {
        return new WaitEntry(runner, keys, record, term).start(0).thenCompose(reply -> entered(record, reply));
    }

    private CompletableFuture<Waits> entered(WaitRecord record, List<?> reply) {
        return collected(WaitPages.entered(record.owner(), WaitEntry.wanted(record)), reply);
    }

    @Override
    public CompletableFuture<Waits> look(List<String> locks) {
        return next(WaitPages.about(locks));
    }

    @Override
    public CompletableFuture<Waits> glance(String lock) {
        WaitPages first = WaitPages.about(List.of(lock));
        return page(first).thenApply(reply -> {
            first.add(reply);
            return first.all();
        });
    }

    private CompletableFuture<Waits> next(WaitPages pages) {
        return page(pages).thenCompose(reply -> collected(pages, reply));
    }

    private CompletableFuture<List<?>> page(WaitPages pages) {
        return runner.run(Script.LOOK, List.of(keys.waits()), pages.next()).thenApply(Replies::list);
    }

    private CompletableFuture<Waits> collected(WaitPages pages, List<?> reply) {
        pages.add(reply);
        return pages.isLast() ? CompletableFuture.completedFuture(pages.all()) : next(pages);
    }

    /** All on one page: an owner and the locks that it holds are stored apart. */
    @Override
    public CompletableFuture<Page> list(String cursor) {
        return InSteps.fields(runner, keys.waits()).thenApply(stored -> {
            GatheredWaits found = new GatheredWaits();
            stored.byName().forEach((field, value) -> {
                if (field.startsWith(OWNER)) {
                    record(value, stored.nowMillis()).ifPresent(found::add);
                } else if (field.startsWith(LOCK)) {
                    List.of(value.split("\n")).stream()
                            .skip(1)
                            .forEach(line -> found.add(field.substring(LOCK.length()), line));
                }
            });
            return new Page(found.all(), "");
        });
    }

    /** The record of an owner that is believed; nothing of one that is a tombstone, or is not entered wholly. */
    private static Optional<WaitRecord> record(String stored, long now) {
        String[] lines = stored.split("\n", 4);
        String[] head = lines[0].split("\t", -1);
        boolean counts = Long.parseLong(head[1]) > now && head[3].equals(head[4]) && !lines[3].isEmpty();
        return counts ? Optional.of(WaitRecords.decode(lines[3])) : Optional.empty();
    }

    @Override
    public CompletableFuture<Void> forget(String owner, long version, long ttlMillis) {
        CompletableFuture<Object> first = takenOut(owner, version, ttlMillis);
        // From here on it counts for nothing. The rest only makes room, so no lease waits for it.
        first.thenAccept(left -> takeOutRest(owner, version, ttlMillis, Replies.number(left)));
        return first.thenApply(left -> null);
    }

    private void takeOutRest(String owner, long version, long ttlMillis, long left) {
        if (left > 0) {
            takenOut(owner, version, ttlMillis)
                    .thenAccept(
                            rest -> takeOutRest(owner, version, ttlMillis, Math.min(left - 1, Replies.number(rest))));
        }
    }

    private CompletableFuture<Object> takenOut(String owner, long version, long ttlMillis) {
        return runner.run(
                Script.UNWAIT, List.of(keys.waits()), List.of(owner, Long.toString(version), Long.toString(ttlMillis)));
    }

    @Override
    public CompletableFuture<Void> nudge(String clientId, String lock, String waitId) {
        return say(clientId, String.join("\t", "n", waitId, Keys.encode(lock)));
    }

    @Override
    public CompletableFuture<Void> survived(String clientId, String lock, String waitId, String victim) {
        return say(clientId, String.join("\t", "d", waitId, Keys.encode(lock), victim));
    }

    /** The words of a message are parted by tabs, which no name or owner can hold. */
    private CompletableFuture<Void> say(String clientId, String message) {
        // A Cluster has no node for a script without a key; any takes the message.
        return runner.run(Script.NUDGE, List.of(keys.waits()), List.of(keys.inbox(clientId), message))
                .thenApply(reply -> null);
    }
}
