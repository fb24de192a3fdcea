package dev.mortise.internal.script;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One record on its way into the register of waits, in as many calls as it needs: see {@code wait.lua}. One call follows the other.
 * Thread-safe, never blocks.
 */
final class WaitEntry {
    /** The most holds of one call. */
    private static final int MOST_HOLDS = 32;

    /** How often the record is told anew when the register loses it meanwhile. */
    private static final int MOST_STARTS = 3;

    private final ScriptRunner runner;
    private final Keys keys;
    private final WaitRecord record;
    private final Term term;

    WaitEntry(ScriptRunner runner, Keys keys, WaitRecord record, Term term) {
        this.runner = runner;
        this.keys = keys;
        this.record = record;
        this.term = term;
    }

    /** The locks that the owner wants. */
    static List<String> wanted(WaitRecord record) {
        return record.wanted().stream().map(Wanted::lock).distinct().toList();
    }

    /**
     * Begins.
     *
     * @param first 1, or 0 if the record is likely to be there
     * @return the answer to the last call
     */
    CompletableFuture<List<?>> start(int first) {
        return from(first, first == 1 ? 1 : 0);
    }

    private CompletableFuture<List<?>> from(int first, int starts) {
        return runner.run(Script.WAIT, List.of(keys.waits()), args(first)).thenCompose(reply -> {
            List<?> parts = Replies.list(reply);
            if (Replies.number(parts.get(0)) >= 0) {
                return CompletableFuture.completedFuture(parts);
            }
            int next = Math.toIntExact(Replies.number(parts.get(1)));
            if (next > 0) {
                return from(next, starts);
            }
            return starts < MOST_STARTS ? from(1, starts + 1) : CompletableFuture.failedFuture(lost());
        });
    }

    private static StoreException lost() {
        return new StoreException(
                StoreException.Effect.UNKNOWN, "the register of waits has lost a record while it was told", null);
    }

    private List<String> args(int first) {
        List<String> args = new ArrayList<>();
        args.add(record.owner());
        args.add(Long.toString(record.version()));
        args.add(Long.toString(term.believedMillis()));
        args.add(Long.toString(term.certainMillis()));
        args.add(Integer.toString(first));
        if (first == 1) {
            List<String> wanted = wanted(record);
            args.add(Integer.toString(record.held().size()));
            args.add(WaitRecords.encode(record));
            args.add(Integer.toString(wanted.size()));
            args.addAll(wanted);
        }
        if (first > 0) {
            List<Held> held = record.held();
            for (Held each : held.subList(first - 1, Math.min(held.size(), first - 1 + MOST_HOLDS))) {
                args.add(WaitRecords.encode(each));
            }
        }
        return args;
    }
}
