package dev.mortise.testkit;

/** What cluster to start. Not thread-safe; {@link #start} may be called more than once. */
public final class ClusterDeploymentBuilder {
    // All fields: the one thread that builds.
    private int masters = 3;
    private int replicas = 1;
    private final RedisProcessBuilder node = RedisProcess.builder().cluster();

    ClusterDeploymentBuilder() {}

    /**
     * How many masters share the slots; 3 by default. With fewer than 3 no failover happens by itself.
     *
     * @throws IllegalArgumentException when it is less than 1
     */
    public ClusterDeploymentBuilder masters(int masters) {
        if (masters < 1) {
            throw new IllegalArgumentException("masters must be at least 1, was " + masters);
        }
        this.masters = masters;
        return this;
    }

    /**
     * How many replicas each master has; 1 by default.
     *
     * @throws IllegalArgumentException when it is less than 0
     */
    public ClusterDeploymentBuilder replicas(int replicas) {
        if (replicas < 0) {
            throw new IllegalArgumentException("replicas must be at least 0, was " + replicas);
        }
        this.replicas = replicas;
        return this;
    }

    /** The password of all nodes; none by default. */
    public ClusterDeploymentBuilder password(String password) {
        node.password(password);
        return this;
    }

    /**
     * All nodes listen by TLS too, on ports of their own, and ask clients for no certificate; among themselves they speak
     * nothing else. None by default.
     */
    public ClusterDeploymentBuilder tls(TlsFiles files) {
        node.tls(files);
        return this;
    }

    /** What the nodes keep when they are killed; the default is {@link Persistence#NONE}. */
    public ClusterDeploymentBuilder persistence(Persistence persistence) {
        node.persistence(persistence);
        return this;
    }

    /** Further lines of the configuration of all nodes. */
    public ClusterDeploymentBuilder config(String... lines) {
        node.config(lines);
        return this;
    }

    /**
     * Starts the nodes and makes a cluster of them. Blocks until it is whole.
     *
     * @throws IllegalStateException when it does not get there; says what is missing
     */
    public ClusterDeployment start() {
        RedisProcessBuilder settings = node.copy();
        if (!node.password().isEmpty()) {
            settings.config("masterauth \"" + node.password() + "\"");
        }
        Fleet fleet = new Fleet();
        try {
            for (int i = 0; i < masters * (1 + replicas); i++) {
                fleet.start(settings);
            }
            ClusterFormation.form(fleet.servers(), masters);
            ClusterDeployment deployment = new ClusterDeployment(fleet, masters, replicas);
            deployment.whole();
            return deployment;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }
}
