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
    public CompletableFuture<Waits> enter(WaitRecord record, long ttlMillis) {
        List<String> wanted =
                record.wanted().stream().map(Wanted::lock).distinct().toList();
        List<String> args = new ArrayList<>();
        args.add(record.owner());
        args.add(Long.toString(record.version()));
        args.add(Long.toString(ttlMillis));
        args.add(WaitRecords.encode(record));
        args.add(Integer.toString(wanted.size()));
        args.addAll(wanted);
        record.held().stream().map(Held::lock).distinct().forEach(args::add);
        return runner.run(Script.WAIT, List.of(keys.waits()), args).thenApply(ScriptWaitRegister::waits);
    }

    @Override
    public CompletableFuture<Waits> look(List<String> locks) {
        return runner.run(Script.LOOK, List.of(keys.waits()), locks).thenApply(ScriptWaitRegister::waits);
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
            String value = parts.get(i + 1).toString();
            int head = value.indexOf('\n');
            // Without a record it is a tombstone.
            if (parts.get(i).toString().startsWith(OWNER) && head > 0 && untilMillis(value.substring(0, head)) > now) {
                records.add(WaitRecords.decode(value.substring(head + 1)));
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
        return runner.run(Script.NUDGE, List.of(), List.of(keys.inbox(clientId), message))
                .thenApply(reply -> null);
    }

    private static Waits waits(Object reply) {
        List<?> parts = (List<?>) reply;
        boolean isComplete = Replies.number(parts.get(0)) == 0;
        List<WaitRecord> records = parts.stream()
                .skip(1)
                .map(part -> WaitRecords.decode(part.toString()))
                .toList();
        return new Waits(records, isComplete);
    }
}
