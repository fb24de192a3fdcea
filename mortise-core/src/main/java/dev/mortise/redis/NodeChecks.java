package dev.mortise.redis;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.Place;
import dev.mortise.internal.script.Rights;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether the nodes of a quorum may decide about locks, and the client may do there what it needs. All are asked at once. Those
 * that do not answer are asked again as in the rest of the opening: while they could make up a majority, and for as long as
 * opening may take. What is left then is as nodes that are down: it is found out when they are used. Not thread-safe.
 */
final class NodeChecks {
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(10, 300);

    private final Time time;
    private final long untilNanos;
    private final List<Check> checks = new ArrayList<>();

    /** @param untilNanos from then on nothing is asked again */
    NodeChecks(Time time, long untilNanos) {
        this.time = time;
        this.untilNanos = untilNanos;
    }

    void add(String node, ScriptRunner runner, Place place, Rights rights) {
        checks.add(new Check(node, runner, place, rights));
    }

    /**
     * Blocks.
     *
     * @throws LockUnavailableException when a node answers that it cannot be used
     */
    void run() {
        Backoff backoff = new Backoff(time, PAUSES);
        int majority = checks.size() / 2 + 1;
        List<Check> open = List.copyOf(checks);
        while (true) {
            List<CompletableFuture<Void>> asked = open.stream().map(Check::ask).toList();
            List<Check> unanswered = new ArrayList<>();
            int slow = 0;
            for (int i = 0; i < asked.size(); i++) {
                StoreException failure = open.get(i).failure(asked.get(i));
                if (failure != null) {
                    unanswered.add(open.get(i));
                    slow += failure.effect() == Effect.UNKNOWN ? 1 : 0;
                }
            }
            int answered = checks.size() - unanswered.size();
            long pause = backoff.nextNanos();
            if (answered >= majority || answered + slow < majority || time.nanos() + pause >= untilNanos) {
                return;
            }
            Await.atMost(time, pause, new CompletableFuture<>());
            open = unanswered;
        }
    }

    /** Of one node. */
    private record Check(String node, ScriptRunner runner, Place place, Rights rights) {
        CompletableFuture<Void> ask() {
            return place.check(runner).thenCompose(done -> rights.check(runner));
        }

        /** Why there is no answer; null when there is one. Blocks. */
        @Nullable
        StoreException failure(CompletableFuture<Void> asked) {
            try {
                Await.result(asked);
                return null;
            } catch (StoreException e) {
                if (e.effect() == Effect.REFUSED) {
                    throw new LockUnavailableException(
                            "", "Redis at " + node + " cannot be used: " + e.getMessage(), e);
                }
                return e;
            }
        }
    }
}
