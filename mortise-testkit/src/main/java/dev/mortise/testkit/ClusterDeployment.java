package dev.mortise.testkit;

import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A cluster: masters that share the slots, and replicas that take over from a master that is down for a second. Which
 * node is what may change at any time; {@link #nodes} names all.
 *
 * <p>{@link #uri}, {@link #uris}, {@link #nodes} and {@link #slotOf} return at once. The others block until it is so,
 * for 60 seconds at most.
 */
public final class ClusterDeployment implements RedisServer, Deployment {
    private static final Duration MANUAL_FAILOVER = Duration.ofSeconds(6); // the server gives it up after 5 seconds
    private static final Duration POLL = Duration.ofMillis(25);
    private static final int ATTEMPTS = 10;

    private final Fleet fleet;
    private final int masters;
    private final int replicasEach;
    private final Map<RedisProcess, String> ids;
    private final Map<RedisProcess, Integer> announcing = new ConcurrentHashMap<>();

    ClusterDeployment(Fleet fleet, int masters, int replicasEach) {
        this.fleet = fleet;
        this.masters = masters;
        this.replicasEach = replicasEach;
        this.ids = fleet.servers().stream()
                .collect(Collectors.toUnmodifiableMap(
                        node -> node, node -> String.valueOf(node.command("CLUSTER", "MYID"))));
    }

    /** Where everything can be set. */
    public static ClusterDeploymentBuilder builder() {
        return new ClusterDeploymentBuilder();
    }

    /**
     * Starts three masters with a replica each, without passwords.
     *
     * @throws IllegalStateException when they do not start; says what is missing
     */
    public static ClusterDeployment start() {
        return builder().start();
    }

    /** All nodes in one URI: {@code redis://host:port,host:port}. */
    @Override
    public String uri() {
        return nodes().stream()
                .map(node -> node.host() + ":" + node.port())
                .collect(Collectors.joining(
                        ",", "redis://" + Endpoints.login("", nodes().get(0).password()), ""));
    }

    /** A URI for each node. */
    public List<String> uris() {
        return nodes().stream().map(RedisProcess::uri).toList();
    }

    /**
     * A URI for each node, by TLS.
     *
     * @throws IllegalStateException when they do not listen by TLS
     */
    public List<String> tlsUris() {
        return nodes().stream().map(RedisProcess::tlsUri).toList();
    }

    @Override
    public List<RedisProcess> nodes() {
        return fleet.servers();
    }

    /** The slot of a key, from 0 to 16383. */
    public int slotOf(String key) {
        return Slots.of(key);
    }

    /**
     * The node that owns the slot of a key, of those that answer: when it has just been killed, the one that takes over.
     *
     * @throws IllegalStateException when nobody owns it in 60 seconds
     */
    public RedisProcess masterOf(String key) {
        return masterOf(slotOf(key));
    }

    /** As {@link #masterOf(String)}, for a slot. */
    public RedisProcess masterOf(int slot) {
        Probe.await("an owner of slot " + slot, () -> view().owner(slot).isPresent(), this::state);
        return view().owner(slot).orElseGet(() -> masterOf(slot));
    }

    /** The nodes that own slots, of those that answer. */
    public List<RedisProcess> masters() {
        return view().those(NodeLine::hasSlots);
    }

    /** The replicas of a node, of those that answer. */
    public List<RedisProcess> replicasOf(RedisProcess master) {
        return view().those(line -> line.isReplicaOf(id(master)));
    }

    /**
     * Has a replica take over from a master in order, without loss, and blocks until it has.
     *
     * @return the new master
     * @throws IllegalStateException when the master has no replica, or that does not come about in 60 seconds
     */
    public RedisProcess failover(RedisProcess master) {
        RedisProcess replica = replicasOf(master).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no replica of " + master + ": " + state()));
        for (int attempt = 0; attempt < ATTEMPTS && !ownsSlots(replica); attempt++) {
            if (beginFailover(replica)) {
                Polling.until(MANUAL_FAILOVER, POLL, () -> ownsSlots(replica));
            }
        }
        awaitFailoverFrom(master);
        return replica;
    }

    /**
     * Blocks until all other nodes that answer agree that this one owns no slots, and that all slots have owners. It does
     * not matter what becomes of the old one.
     *
     * @throws IllegalStateException when that does not come about in 60 seconds
     */
    public void awaitFailoverFrom(RedisProcess old) {
        String id = id(old);
        List<RedisProcess> others = nodes().stream().filter(node -> node != old).toList();
        Predicate<NodeLine> withoutSlots = line -> line.id().equals(id) && !line.hasSlots();
        Probe.await(
                "a failover from " + old,
                () -> {
                    ClusterView view = ClusterView.of(others);
                    return view.size() > 0
                            && view.everybodyHas(withoutSlots)
                            && others.stream()
                                    .filter(node -> view.self(node).isPresent())
                                    .allMatch(this::isOk);
                },
                this::state);
    }

    /**
     * Begins to move a slot from its owner to another master: from now on the owner sends who asks for a key that it does
     * not have to the other one.
     *
     * @throws IllegalArgumentException when the target owns it already
     */
    public SlotMigration beginMigration(int slot, RedisProcess target) {
        return SlotMigration.begin(this, slot, masterOf(slot), target);
    }

    /**
     * Makes the cluster send clients, and replicas of the node, to this port in place of the node's own, such as that of a
     * {@link dev.mortise.testkit.proxy.FaultProxy} in front of it, and blocks until all nodes that answer know it. The bus
     * of the cluster is not touched; nor is TLS, which replicas use where there is that. Before the proxy is closed, give the node's own port; {@link #reset} does too.
     *
     * @throws IllegalStateException when they do not know it in 60 seconds
     */
    public void announce(RedisProcess node, int port) {
        String id = id(node);
        announcing.put(node, port);
        node.command("CONFIG", "SET", "cluster-announce-port", Integer.toString(port));
        Probe.await(
                "that all know the port " + port + " of " + node,
                () -> view().everybodyHas(line -> line.id().equals(id) && line.port() == port),
                this::state);
    }

    /** Kills a node if it is alive and starts it again, with what it has persisted and as the same node. */
    public void restart(RedisProcess node) {
        fleet.require(node);
        node.restart();
    }

    @Override
    public void whole() {
        Probe.await("a cluster of one mind, with all replicas linked", this::isWhole, this::state);
    }

    @Override
    public void reset() {
        Fleet.revive(nodes(), this::restart);
        nodes().forEach(node -> Probe.text(node, "CLIENT", "UNPAUSE"));
        announcing.forEach((node, port) -> announce(node, node.port()));
        announcing.clear();
        Probe.await("that no slot is on the move", this::stopMigrations, this::state);
        Probe.await(
                "a whole cluster without keys",
                () -> isWhole() && masters().stream().allMatch(master -> Fleet.flush(master, replicasEach)),
                this::state);
    }

    @Override
    public void close() {
        fleet.close();
    }

    /** The addresses. */
    @Override
    public String toString() {
        return "cluster of " + nodes();
    }

    /** The name of a node within the cluster, the same for all its restarts. */
    String id(RedisProcess node) {
        fleet.require(node);
        return ids.getOrDefault(node, "");
    }

    ClusterView view() {
        return ClusterView.of(nodes());
    }

    String state() {
        return view().toString();
    }

    private boolean isWhole() {
        ClusterView view = view();
        return view.size() == nodes().size()
                && view.isOfOneMind(nodes().size())
                && view.those(NodeLine::hasSlots).size() == masters
                && nodes().stream().allMatch(this::isOk)
                && view.those(NodeLine::hasSlots).stream().allMatch(master -> {
                    List<RedisProcess> replicas = view.those(line -> line.isReplicaOf(id(master)));
                    return replicas.size() == replicasEach
                            && view.self(master).stream()
                                    .allMatch(self -> replicas.stream()
                                            .allMatch(
                                                    replica -> Probe.isLinked(replica, replicationPort(master, self))));
                });
    }

    private static int replicationPort(RedisProcess master, NodeLine self) {
        return master.peerPort() == master.port() ? self.port() : master.peerPort();
    }

    private boolean isOk(RedisProcess node) {
        return Probe.text(node, "CLUSTER", "INFO").contains("cluster_state:ok");
    }

    private boolean ownsSlots(RedisProcess node) {
        return view().self(node).filter(NodeLine::hasSlots).isPresent();
    }

    private boolean beginFailover(RedisProcess replica) {
        return "OK".equals(Probe.text(replica, "CLUSTER", "FAILOVER"));
    }

    /** Valkey's replicas know of migrations from their masters, and learn from them alone that one has ended. */
    private boolean stopMigrations() {
        ClusterView view = view();
        Set<String> moving = view.moving();
        for (RedisProcess master : view.those(NodeLine::isMaster)) {
            moving.forEach(slot -> Probe.text(master, "CLUSTER", "SETSLOT", slot, "STABLE"));
        }
        return moving.isEmpty() && view.size() == nodes().size();
    }
}
