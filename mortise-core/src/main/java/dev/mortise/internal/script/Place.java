package dev.mortise.internal.script;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether there is at one address what may decide about locks: asked once, before anything is done, and without writing. */
public final class Place {
    /*
     * A script that may write, over two keys of different slots, tells nearly all: a replica refuses it, a sentinel has no
     * scripts, a node of a Cluster and a proxy in front of one take one slot at a time. Those two part when more slots are
     * tried: a node sends the client elsewhere for those of others, a proxy does not.
     */
    private static final Logger log = LoggerFactory.getLogger(Place.class);
    private static final int SLOTS_TRIED = 16;

    private final Keys keys;
    private final QuietMarker quiet;

    public Place(Keys keys, QuietMarker quiet) {
        this.keys = keys;
        this.quiet = quiet;
    }

    /**
     * Refuses a replica, a sentinel and a node of a Cluster, and says how to connect instead. Fails as the question did when that
     * got no answer. An error that tells nothing about the place is left to what is asked next.
     */
    public CompletableFuture<Void> check(ScriptRunner runner) {
        if (!runner.hasAllKeys()) {
            return CompletableFuture.completedFuture(null);
        }
        return runner.runTogether(Script.PLACE, List.of(keys.lock(""), keys.client("")), List.of())
                .handle((reply, failure) -> {
                    if (failure != null) {
                        return refused(runner, failure);
                    }
                    return reply.isPresent() ? CompletableFuture.<Void>completedFuture(null) : bySlot(runner);
                })
                .thenCompose(next -> next);
    }

    private CompletableFuture<Void> refused(ScriptRunner runner, Throwable failure) {
        String message = ScriptError.message(failure);
        if (message.contains("READONLY") && !runner.mayMove()) {
            throw refusal("it is a replica: use the address of its master, or uri(\"redis-sentinel://...#master\")"
                    + " where Sentinel says which one that is");
        }
        if (message.contains("MOVED ")) {
            throw aNode();
        }
        if (Denial.of(message, "", keys).filter(Denial::isUnknownCommand).isEmpty()) {
            log.debug("It is not known what there is", failure);
            return ScriptError.isAnswer(failure)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
        }
        return runner.mode().thenAccept(mode -> {
            if (mode.equals("sentinel")) {
                throw refusal("it is a sentinel: name it together with its master, as"
                        + " uri(\"redis-sentinel://host:port#master\")");
            }
        });
    }

    private CompletableFuture<Void> bySlot(ScriptRunner runner) {
        List<CompletableFuture<Boolean>> tried = IntStream.range(0, SLOTS_TRIED)
                .mapToObj(i -> runner.run(Script.PLACE, List.of(keys.client(Integer.toString(i))), List.of())
                        .handle((reply, failure) ->
                                failure != null && ScriptError.message(failure).contains("MOVED ")))
                .toList();
        return CompletableFuture.allOf(tried.toArray(CompletableFuture<?>[]::new))
                .thenAccept(all -> {
                    if (tried.stream().anyMatch(sent -> sent.getNow(false))) {
                        throw aNode();
                    }
                    if (quiet.isKept()) {
                        throw refusal(
                                "it takes the keys of one slot at a time, as a Cluster does, so no quiet period can be kept"
                                        + " there: quietPeriod must be zero");
                    }
                    log.info(
                            "The server takes the keys of one slot at a time: leases are renewed one by one, and allOf acquires lock"
                                    + " by lock");
                });
    }

    private static StoreException aNode() {
        return refusal("it is a node of a Cluster, which is reached by RedisMortise.builder().cluster(...)");
    }

    private static StoreException refusal(String why) {
        return new StoreException(Effect.REFUSED, why, null);
    }
}
