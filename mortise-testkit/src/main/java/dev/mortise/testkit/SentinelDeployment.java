package dev.mortise.testkit;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A master, its replicas and three Sentinels that replace the master when it is down for a second.
 *
 * <p>{@link #master}, {@link #replicas}, {@link #failover}, {@link #awaitFailoverFrom}, {@link #restart}, {@link #whole}
 * and {@link #reset} block until it is so, for 60 seconds at most; the others return at once.
 */
public final class SentinelDeployment implements RedisServer, Deployment {
    private final Fleet fleet;
    private final List<RedisProcess> data;
    private final Sentinels sentinels;
    private final String masterName;

    SentinelDeployment(Fleet fleet, List<RedisProcess> data, String masterName) {
        this.fleet = fleet;
        this.data = data;
        this.masterName = masterName;
        List<RedisProcess> all = fleet.servers();
        this.sentinels = new Sentinels(all.subList(data.size(), all.size()), masterName);
    }

    /** Where everything can be set. */
    public static SentinelDeploymentBuilder builder() {
        return new SentinelDeploymentBuilder();
    }

    /**
     * Starts a master, one replica and three Sentinels, without passwords.
     *
     * @throws IllegalStateException when they do not start; says what is missing
     */
    public static SentinelDeployment start() {
        return builder().start();
    }

    /** {@code redis-sentinel://}, all three Sentinels, database 0 and the name of the master. */
    @Override
    public String uri() {
        return sentinels().stream()
                .map(sentinel -> sentinel.host() + ":" + sentinel.port())
                .collect(Collectors.joining(
                        ",",
                        "redis-sentinel://" + Endpoints.login("", data.get(0).password()),
                        "/0#" + masterName));
    }

    /** Under which name the Sentinels know the master. */
    public String masterName() {
        return masterName;
    }

    /**
     * The server that most Sentinels call master now, be it alive or not.
     *
     * @throws IllegalStateException when there is no majority in 60 seconds
     */
    public RedisProcess master() {
        Probe.await("a majority for a master", () -> sentinels.masterPort().isPresent(), sentinels::state);
        return fleet.byPort(sentinels.masterPort().orElseThrow());
    }

    /** All servers with data but the {@link #master}. */
    public List<RedisProcess> replicas() {
        RedisProcess master = master();
        return data.stream().filter(server -> server != master).toList();
    }

    /** The three Sentinels. */
    public List<RedisProcess> sentinels() {
        return sentinels.processes();
    }

    /** The servers with data, then the Sentinels. */
    @Override
    public List<RedisProcess> nodes() {
        return fleet.servers();
    }

    /**
     * Has the Sentinels replace the master in order, and blocks until they have. What is not replicated yet is lost.
     *
     * @throws IllegalStateException when that does not come about in 60 seconds
     */
    public void failover() {
        RedisProcess old = master();
        Probe.await("the begin of a failover", () -> master() != old || sentinels.beginFailover(), sentinels::state);
        awaitFailoverFrom(old);
    }

    /**
     * Blocks until another one is master and all Sentinels that answer say so. It does not matter what becomes of the
     * old one.
     *
     * @throws IllegalStateException when that does not come about in 60 seconds
     */
    public void awaitFailoverFrom(RedisProcess old) {
        fleet.require(old);
        Probe.await(
                "a failover from " + old,
                () -> data.stream().anyMatch(server -> server != old && isMaster(server)),
                sentinels::state);
    }

    /**
     * Kills a server or Sentinel if it is alive and starts it again, with what it has persisted. One that is not master
     * any more follows the new one. Does not wait for the link to it: that is {@link #whole}.
     */
    public void restart(RedisProcess server) {
        fleet.require(server);
        RedisProcess master = data.contains(server) ? master() : server;
        if (master == server) {
            server.restart();
        } else {
            server.restart("--replicaof", RedisProcess.HOST + " " + master.port());
        }
    }

    @Override
    public void whole() {
        awaitSoon("one master, all replicas, all Sentinels", this::isWhole);
    }

    @Override
    public void reset() {
        Fleet.revive(sentinels(), this::restart);
        Fleet.revive(data, this::restart);
        data.forEach(server -> Probe.text(server, "CLIENT", "UNPAUSE"));
        awaitSoon("a whole deployment without keys", () -> isWhole() && Fleet.flush(master(), data.size() - 1));
    }

    @Override
    public void close() {
        fleet.close();
    }

    /** The addresses. */
    @Override
    public String toString() {
        return "Sentinels " + sentinels() + " of " + data;
    }

    /**
     * Sentinels wait four of their periods before they make an old master a replica, and need one to find each other. In a
     * failover these periods must be long; when there is none, they are made short.
     */
    private void awaitSoon(String what, BooleanSupplier condition) {
        AtomicBoolean hurried = new AtomicBoolean();
        try {
            Probe.await(
                    what,
                    () -> {
                        if (condition.getAsBoolean()) {
                            return true;
                        }
                        if (!hurried.get() && sentinels.areCalm()) {
                            hurried.set(true);
                            sentinels.hurry(true);
                        }
                        return false;
                    },
                    this::state);
        } finally {
            if (hurried.get()) {
                sentinels.hurry(false);
            }
        }
    }

    private boolean isMaster(RedisProcess server) {
        return "master".equals(Probe.replication(server).get("role")) && sentinels.agreeOn(server.port());
    }

    private boolean isWhole() {
        return data.stream()
                        .filter(this::isMaster)
                        .anyMatch(master -> data.stream()
                                .allMatch(server -> server == master || Probe.isLinked(server, master.port())))
                && sentinels.areContent(data.size() - 1);
    }

    private String state() {
        return data.stream()
                        .map(server -> server.port() + ": " + Probe.replication(server))
                        .collect(Collectors.joining("\n", "\n", "\n"))
                + sentinels.state();
    }
}
