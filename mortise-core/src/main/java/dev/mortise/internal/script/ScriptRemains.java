package dev.mortise.internal.script;

import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.WaitRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What clients have left behind, over the scripts that look at it again before they drop it. */
record ScriptRemains(ScriptRunner runner, Keys keys, QuietMarker quiet) implements Remains {
    /** One script looks at so many. */
    private static final int FEW = 16;

    @Override
    public CompletableFuture<FoundLeftovers> of(String lock, long graceMillis) {
        return InSteps.fields(runner, keys.lock(lock)).thenApply(fields -> StaleFields.find(fields, graceMillis));
    }

    @Override
    public CompletableFuture<List<Dropping>> drop(String lock, List<Leftover> some, long graceMillis) {
        return dropFrom(0, lock, some, graceMillis);
    }

    /** One request after the other, so that nothing else of this client stands behind many. */
    private CompletableFuture<List<Dropping>> dropFrom(int first, String lock, List<Leftover> some, long graceMillis) {
        if (first >= some.size()) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<Leftover> few = some.subList(first, Math.min(first + FEW, some.size()));
        List<String> args = List.of(
                Long.toString(graceMillis),
                few.stream().map(ScriptRemains::field).collect(Collectors.joining(" ")));
        return runner.run(Script.STALE, quiet.keys(keys.lock(lock)), quiet.args(args))
                .thenApply(reply -> outcomes((String) Replies.list(reply).get(0)))
                .thenCompose(
                        done -> dropFrom(first + FEW, lock, some, graceMillis).thenApply(rest -> {
                            List<Dropping> all = new ArrayList<>(done);
                            all.addAll(rest);
                            return all;
                        }));
    }

    private static String field(Leftover what) {
        return switch (what.kind()) {
            case UNTIL_RELEASED_LEASE, EXPIRED_LEASE -> "h:" + what.id();
            case WAITER -> "w:" + what.id();
            case ORPHANED_KEY -> "k";
            default -> throw new IllegalArgumentException("a lock has no " + what.kind());
        };
    }

    private static List<Dropping> outcomes(String digits) {
        return digits.chars()
                .mapToObj(digit -> digit == '1' ? Dropping.DROPPED : digit == '2' ? Dropping.LATER : Dropping.KEPT)
                .toList();
    }

    @Override
    public CompletableFuture<List<Leftover>> waits(long graceMillis, boolean drop) {
        Map<String, Leftover> found = new ConcurrentHashMap<>();
        return InSteps.run(
                        before -> runner.run(
                                Script.STALE_WAITS,
                                List.of(keys.waits()),
                                List.of(Long.toString(graceMillis), InSteps.next(before), drop ? "1" : "0")),
                        parts -> {
                            for (int i = 2; i < parts.size(); i += 3) {
                                Leftover wait = wait(parts.subList(i, i + 3));
                                found.put(wait.id(), wait);
                            }
                        })
                .thenApply(last -> List.copyOf(found.values()));
    }

    private static Leftover wait(List<?> parts) {
        String owner = (String) parts.get(0);
        long untilMillis = Long.parseLong((String) parts.get(1));
        String record = (String) parts.get(2);
        if (record.isEmpty()) {
            return new Leftover(StaleKind.WAIT_RECORD, owner, "", Leftover.NOBODY, untilMillis);
        }
        WaitRecord wait = WaitRecords.decode(record);
        return new Leftover(StaleKind.WAIT_RECORD, owner, wait.clientId(), wait.tag(), untilMillis);
    }

    @Override
    public CompletableFuture<Boolean> endHeartbeat(String clientId, long graceMillis) {
        return runner.run(Script.STALE_CLIENT, List.of(keys.client(clientId)), List.of(Long.toString(graceMillis)))
                .thenApply(reply -> Replies.number(reply) == 1);
    }
}
