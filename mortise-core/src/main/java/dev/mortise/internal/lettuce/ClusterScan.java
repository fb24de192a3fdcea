package dev.mortise.internal.lettuce;

import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys of all masters of a cluster, in pages. Thread-safe, never blocks. */
final class ClusterScan {
    /*
     * The masters are walked one after the other, in the order of their addresses; see ScanPosition for what is remembered. A
     * key may move meanwhile, from a master that is still to be walked to one that was. So each master is asked for its slots
     * before and after it is walked. If every slot stood still at a master that was walked, that was all. If not, all masters
     * are walked once more, also those that are new: a key that moved once is met then.
     *
     * A master that is none any more, or does not tell what it told before, has slots that count as not walked.
     *
     * A master that cannot be asked is passed over, so that what the others have is met. If no other has its slots by the end,
     * the walk fails then, and names it: keys are missing.
     */
    private static final Logger log = LoggerFactory.getLogger(ClusterScan.class);

    private final ClusterClient client;
    private final ClusterConnection connection;
    private final long timeoutMillis;

    ClusterScan(ClusterClient client, ClusterConnection connection, long timeoutMillis) {
        this.client = client;
        this.connection = connection;
        this.timeoutMillis = timeoutMillis;
    }

    /** As {@link dev.mortise.internal.script.ScriptRunner#scan}. */
    CompletableFuture<ScanPage> page(String pattern, String cursor) {
        return page(pattern, cursor.isEmpty() ? ScanPosition.FIRST : ScanPosition.parse(cursor))
                .whenComplete((page, failure) -> {
                    if (failure != null && Failures.mayBeStale(Failures.classify(failure))) {
                        client.lookAgain();
                    }
                });
    }

    private CompletableFuture<ScanPage> page(String pattern, ScanPosition at) {
        List<RedisURI> masters = client.masters();
        if (masters.isEmpty()) {
            return CompletableFuture.failedFuture(Failures.notConnected("nobody is known to have a slot"));
        }
        if (at.isBetweenMasters()) {
            Optional<RedisURI> next = after(at, masters);
            return next.isEmpty()
                    ? over(pattern, at)
                    : orMissed(
                            slots(next.get())
                                    .thenCompose(slots -> scan(
                                            pattern, next.get(), at.begun(ClusterClient.address(next.get()), slots))),
                            next.get(),
                            at);
        }
        Optional<RedisURI> master = masters.stream()
                .filter(each -> ClusterClient.address(each).equals(at.master()))
                .findFirst();
        return master.isPresent()
                ? orMissed(scan(pattern, master.get(), at), master.get(), at)
                : page(pattern, at.left());
    }

    /** A refusal is not passed over: the user lacks a right, at other masters too. */
    private CompletableFuture<ScanPage> orMissed(CompletableFuture<ScanPage> page, RedisURI master, ScanPosition at) {
        return page.exceptionallyCompose(failure -> {
            StoreException why = Failures.classify(failure);
            if (why.effect() == Effect.REFUSED) {
                return CompletableFuture.failedFuture(failure);
            }
            client.lookAgain();
            String address = ClusterClient.address(master);
            log.debug("Node {} could not be asked for its keys", address, failure);
            return CompletableFuture.completedFuture(
                    new ScanPage(List.of(), at.missed(address).encode()));
        });
    }

    private static Optional<RedisURI> after(ScanPosition at, List<RedisURI> masters) {
        return masters.stream()
                .filter(each -> ClusterClient.address(each).compareTo(at.master()) > 0)
                .findFirst();
    }

    /** All masters were walked. */
    private CompletableFuture<ScanPage> over(String pattern, ScanPosition at) {
        if (at.isLacking()) {
            return CompletableFuture.failedFuture(lacking(at));
        }
        return at.isComplete()
                ? CompletableFuture.completedFuture(new ScanPage(List.of(), ""))
                : client.lookNow().thenCompose(asked -> page(pattern, at.again()));
    }

    private StoreException lacking(ScanPosition at) {
        StringJoiner nodes = new StringJoiner("; ");
        for (String node : at.missed().split(",", -1)) {
            String why = connection.whyNot(node);
            nodes.add(why.isEmpty() ? node : node + " (" + why + ")");
        }
        return new StoreException(
                Effect.NONE, "these nodes of the Cluster do not answer, and what they have is missing: " + nodes, null);
    }

    private CompletableFuture<ScanPage> scan(String pattern, RedisURI master, ScanPosition at) {
        CompletableFuture<ScanPage> keys = on(master)
                .thenCompose(node -> ServerScan.page(pattern, at.cursor(), client.timer(), timeoutMillis, node::scan));
        return keys.thenCompose(page -> {
            if (!page.next().isEmpty()) {
                return CompletableFuture.completedFuture(
                        new ScanPage(page.keys(), at.at(page.next()).encode()));
            }
            return slots(master).thenApply(slots -> {
                ScanPosition done = at.walked(slots);
                boolean isOver = after(done, client.masters()).isEmpty() && done.isComplete();
                return new ScanPage(page.keys(), isOver ? "" : done.encode());
            });
        });
    }

    /** The slots that a master says it has. */
    private CompletableFuture<String> slots(RedisURI master) {
        return on(master)
                .thenCompose(node -> TimedCommand.of(node::clusterNodes, client.timer(), timeoutMillis))
                .thenApply(ScanPosition::ownSlots);
    }

    private CompletableFuture<RedisAsyncCommands<String, String>> on(RedisURI master) {
        return TimedCommand.of(() -> connection.toNode(master), client.timer(), timeoutMillis)
                .thenApply(node -> node.async());
    }
}
