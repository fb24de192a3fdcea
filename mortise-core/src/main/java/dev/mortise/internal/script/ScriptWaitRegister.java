package dev.mortise.internal.script;

import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The register of waits of one server: one hash, see {@code waits.lua}. Thread-safe, never blocks. */
final class ScriptWaitRegister implements WaitRegister {
    /** Where a walk begins. */
    private static final String BEGIN = "0";

    /** How the name of a field begins that has a record. */
    private static final String OWNER = "o:";

    private final ScriptRunner runner;
    private final Keys keys;

    ScriptWaitRegister(ScriptRunner runner, Keys keys) {
        this.runner = runner;
        this.keys = keys;
    }

    @Override
    public CompletableFuture<Waits> enter(WaitRecord record, Term term) {
        return enter(record, term, 1);
    }

    /** From which of its locks on the register is to know that the owner holds them; each call makes some known. */
    private CompletableFuture<Waits> enter(WaitRecord record, Term term, long first) {
        List<String> wanted =
                record.wanted().stream().map(Wanted::lock).distinct().toList();
        List<String> args = new ArrayList<>();
        args.add(record.owner());
        args.add(Long.toString(record.version()));
        args.add(Long.toString(term.believedMillis()));
        args.add(Long.toString(term.certainMillis()));
        args.add(WaitRecords.encode(record));
        args.add(Long.toString(first));
        args.add(Integer.toString(wanted.size()));
        args.addAll(wanted);
        record.held().stream().map(Held::lock).distinct().forEach(args::add);
        return runner.run(Script.WAIT, List.of(keys.waits()), args).thenCompose(reply -> {
            List<?> parts = (List<?>) reply;
            return Replies.number(parts.get(0)) < 0
                    ? enter(record, term, Replies.number(parts.get(1)))
                    : collected(WaitPages.entered(record.owner(), wanted), parts);
        });
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

    @Override
    public CompletableFuture<Page> list(String cursor) {
        List<String> args = List.of("0", cursor.isEmpty() ? BEGIN : cursor);
        return runner.run(Script.INSPECT, List.of(keys.waits()), args).thenApply(reply -> page(Replies.list(reply)));
    }

    private static Page page(List<?> parts) {
        long now = Replies.number(parts.get(0));
        List<WaitRecord> records = new ArrayList<>();
        for (int i = 2; i + 1 < parts.size(); i += 2) {
            String[] lines = parts.get(i + 1).toString().split("\n", 4);
            // Without a record it is a tombstone.
            if (parts.get(i).toString().startsWith(OWNER) && lines.length == 4 && untilMillis(lines[0]) > now) {
                records.add(WaitRecords.decode(lines[3]));
            }
        }
        return new Page(records, InSteps.next(parts));
    }

    private static long untilMillis(String head) {
        return Long.parseLong(head.split("\t", -1)[1]);
    }

    @Override
    public CompletableFuture<Void> forget(String owner, long version, long ttlMillis) {
        return runner.run(
                        Script.UNWAIT,
                        List.of(keys.waits()),
                        List.of(owner, Long.toString(version), Long.toString(ttlMillis)))
                .thenApply(reply -> null);
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
