package dev.mortise.testkit;

import java.util.List;
import java.util.Objects;

/** What deployment with Sentinels to start. Not thread-safe; {@link #start} may be called more than once. */
public final class SentinelDeploymentBuilder {
    // All fields: the one thread that builds.
    private int replicas = 1;
    private String masterName = "mortise";
    private RedisProcessBuilder data = RedisProcess.builder();

    SentinelDeploymentBuilder() {}

    /**
     * How many replicas the master has; 1 by default.
     *
     * @throws IllegalArgumentException when it is less than 1
     */
    public SentinelDeploymentBuilder replicas(int replicas) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas must be at least 1, was " + replicas);
        }
        this.replicas = replicas;
        return this;
    }

    /** Under which name the Sentinels know the master; {@code mortise} by default. */
    public SentinelDeploymentBuilder masterName(String masterName) {
        this.masterName = Objects.requireNonNull(masterName, "masterName");
        return this;
    }

    /** The password of master and replicas; none by default. The Sentinels have none. */
    public SentinelDeploymentBuilder password(String password) {
        data.password(password);
        return this;
    }

    /** What master and replicas keep when they are killed; the default is {@link Persistence#NONE}. */
    public SentinelDeploymentBuilder persistence(Persistence persistence) {
        data.persistence(persistence);
        return this;
    }

    /** Further lines of the configuration of master and replicas. */
    public SentinelDeploymentBuilder config(String... lines) {
        data.config(lines);
        return this;
    }

    /**
     * Starts the deployment. Blocks until it is whole.
     *
     * @throws IllegalStateException when it does not get there; says what is missing
     */
    public SentinelDeployment start() {
        Fleet fleet = new Fleet();
        try {
            RedisProcess master = fleet.start(node());
            for (int i = 0; i < replicas; i++) {
                fleet.start(node().replicaOf(master));
            }
            List<RedisProcess> nodes = fleet.servers();
            // A Sentinel asks a master for its replicas now and then: they have to be there at the first time.
            nodes.stream()
                    .skip(1)
                    .forEach(replica -> Probe.await(
                            "the link of " + replica, () -> Probe.isLinked(replica, master.port()), replica::log));
            for (int i = 0; i < Sentinels.COUNT; i++) {
                fleet.start(Sentinels.settings(masterName, master));
            }
            SentinelDeployment deployment = new SentinelDeployment(fleet, nodes, masterName);
            deployment.whole();
            return deployment;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** Any of them may become master, or replica. */
    private RedisProcessBuilder node() {
        RedisProcessBuilder node = data.copy();
        return data.password().isEmpty() ? node : node.config("masterauth \"" + data.password() + "\"");
    }
}
