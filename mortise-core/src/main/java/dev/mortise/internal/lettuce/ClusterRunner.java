package dev.mortise.internal.lettuce;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster: each script goes to the node that has its key, follows redirections, and is repeated while it is surely not
 * executed because a slot is between two nodes. Renewals have connections of their own, so that they do not stand behind what
 * users send; the inbox is one more, to any node, as messages go to all of them.
 */
final class ClusterRunner implements ScriptRunner {
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(2, 100);

    /** A first connection to a node that has not come up in this part of a time-out is not just waited for. */
    private static final int OPENINGS_PER_TIMEOUT = 4;

    private final ClusterClient client;
    private final ClusterConnection commands;
    private final ClusterConnection apart;
    private final ClusterInbox inbox;
    private final ClusterReplicatedCalls nodes;
    private final PerNode<BlockingPops> pops;
    private final ClusterScan scan;
    private final Time time;
    private final long timeoutNanos;

    ClusterRunner(
            ClusterClient client,
            StatefulRedisClusterConnection<String, String> commands,
            StatefulRedisClusterConnection<String, String> apart,
            StatefulRedisClusterPubSubConnection<String, String> inbox,
            Time time,
            Duration timeout) {
        this.client = client;
        this.time = time;
        this.timeoutNanos = timeout.toNanos();
        this.commands = new ClusterConnection(client, commands, time, timeoutNanos);
        this.apart = new ClusterConnection(client, apart, time, timeoutNanos);
        this.nodes = new ClusterReplicatedCalls(client);
        this.pops = new PerNode<>(client::isMember, BlockingPops::forgetIdle);
        this.scan = new ClusterScan(client, this.commands, timeout.toMillis());
        this.inbox = new ClusterInbox(client::inbox, inbox, time, timeoutNanos);
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        return start(commands, script, keys, args, ScriptCall::send);
    }

    @Override
    public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
        return start(commands, script, keys, args, ScriptCall::sendSource);
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        return start(apart, script, keys, args, ScriptCall::send);
    }

    @Override
    public CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args) {
        if (keys.isEmpty()) {
            return CompletableFuture.failedFuture(withoutKey(script));
        }
        if (keys.stream().mapToInt(SlotHash::getSlot).distinct().count() > 1) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return start(commands, script, keys, args, ScriptCall::send)
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> keys.size() > 1 && Failures.isParted(Failures.classify(failure))
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletableFuture<ReplicatedReply> runCopied(
            Script script, List<String> keys, List<String> args, RequiredCopies wanted) {
        if (keys.isEmpty()) {
            return CompletableFuture.failedFuture(withoutKey(script));
        }
        CompletableFuture<ReplicatedReply> reply = nodes.of(keys.get(0)).run(script.onCluster(), keys, args, wanted);
        return reply.whenComplete((done, failure) -> {
            if (failure != null && Failures.mayBeStale(Failures.classify(failure))) {
                client.lookAgain();
            }
        });
    }

    @Override
    public CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
        RedisURI master = client.masterOf(keys.get(0));
        BlockingPops there = pops.of(
                ClusterClient.address(master),
                address -> new BlockingPops(
                        () -> client.open(master), client.timer(), TimeUnit.NANOSECONDS.toMillis(timeoutNanos)));
        return there.pop(keys, millis).whenComplete((popped, failure) -> {
            if (failure != null && Failures.mayBeStale(Failures.classify(failure))) {
                client.lookAgain();
            }
        });
    }

    @Override
    public boolean hasAllKeys() {
        return false;
    }

    @Override
    public CompletableFuture<ScanPage> scan(String pattern, String cursor) {
        return scan.page(pattern, cursor);
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        return inbox.subscribe(new Subscription(channel, listener));
    }

    /** There are several servers. */
    @Override
    public CompletableFuture<String> setting(String name) {
        return CompletableFuture.completedFuture("");
    }

    /** As {@link #setting}. */
    @Override
    public CompletableFuture<String> mode() {
        return CompletableFuture.completedFuture("");
    }

    /** The nodes tell which of them has what. */
    @Override
    public boolean mayMove() {
        return false;
    }

    @Override
    public Deployment deployment() {
        return Deployment.CLUSTER;
    }

    @Override
    public List<KnownServer> servers() {
        return client.masters().stream()
                .map(ClusterClient::address)
                .map(address -> {
                    String why = commands.whyNot(address);
                    return new KnownServer(address, "", why.isEmpty(), 0, why);
                })
                .toList();
    }

    @Override
    public List<ServerProbe> probes() {
        List<ServerProbe> probes = new ArrayList<>();
        for (RedisURI master : client.masters()) {
            probes.add(ConnectionProbe.own(ClusterClient.address(master), client.open(master), time, timeoutNanos));
        }
        return probes;
    }

    @Override
    public String whyNot(String key) {
        return commands.to(key).scripts().whyNot();
    }

    @Override
    public void onReconnect(Runnable action) {
        commands.onReconnect(action);
    }

    @Override
    public void close() {
        nodes.close();
        pops.all().forEach(BlockingPops::close);
        CompletableFuture.allOf(inbox.close(), commands.close(), apart.close())
                .whenComplete((done, failure) -> client.close());
    }

    private CompletableFuture<Object> start(
            ClusterConnection way, Script script, List<String> keys, List<String> args, Consumer<ScriptCall> how) {
        if (keys.isEmpty()) {
            return CompletableFuture.failedFuture(withoutKey(script));
        }
        Attempts attempts = new Attempts(way, script, keys, args, how);
        attempts.next();
        return attempts.result;
    }

    /** A node is found by a key. */
    private static StoreException withoutKey(Script script) {
        return new StoreException(
                Effect.NONE, "the script " + script + " was given no key, so no node of the Cluster has it", null);
    }

    /** One request, repeated as long as it is known that nobody has executed it. */
    private final class Attempts {
        private final CompletableFuture<Object> result = new CompletableFuture<>();
        private final ClusterConnection way;
        private final Consumer<ScriptCall> how;
        private final Script script;
        private final String[] keys;
        private final String[] args;
        private final long until = time.nanos() + timeoutNanos;

        /** Made at the first failure. One attempt is under way at a time, so this has one writer at a time. */
        private @Nullable Backoff backoff;

        private Attempts(
                ClusterConnection way, Script script, List<String> keys, List<String> args, Consumer<ScriptCall> how) {
            this.way = way;
            this.how = how;
            this.script = script;
            this.keys = keys.toArray(String[]::new);
            this.args = args.toArray(String[]::new);
        }

        private void next() {
            NodeRoute line = way.to(keys[0]);
            if (line.isOpened()) {
                send(line.scripts());
                return;
            }
            long left = Math.max(1, until - time.nanos());
            line.open(time, Math.min(timeoutNanos / OPENINGS_PER_TIMEOUT, left)).whenComplete((open, failure) -> {
                if (failure == null) {
                    send(line.scripts());
                } else {
                    notOpened(line.scripts(), Failures.classify(failure));
                }
            });
        }

        private void send(ScriptConnection line) {
            long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - time.nanos()));
            ScriptCall call = new ScriptCall(line, client.timer(), millis, script.onCluster(), keys, args);
            call.whenComplete((reply, failure) -> {
                if (failure == null) {
                    result.complete(reply);
                } else {
                    failed(Failures.classify(failure));
                }
            });
            how.accept(call);
        }

        /** Another node may have the key by now. */
        private void notOpened(ScriptConnection line, StoreException failure) {
            line.notConnected();
            client.lookAgain();
            repeat(Failures.because(line.whyNot(), failure));
        }

        private void failed(StoreException failure) {
            if (Failures.mayBeStale(failure)) {
                client.lookAgain();
            }
            // Keys on two nodes may stay so for as long as it pleases whoever moves them.
            boolean isForLong = keys.length > 1 && Failures.isParted(failure);
            if (!isForLong && Failures.isBetweenNodes(failure)) {
                repeat(failure);
            } else {
                result.completeExceptionally(failure);
            }
        }

        private void repeat(StoreException failure) {
            if (backoff == null) {
                backoff = new Backoff(time, PAUSES);
            }
            long wait = backoff.nextNanos();
            if (time.nanos() + wait < until) {
                time.schedule(wait, this::next);
            } else {
                result.completeExceptionally(failure);
            }
        }
    }
}
