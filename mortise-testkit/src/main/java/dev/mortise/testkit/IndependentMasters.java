package dev.mortise.testkit;

import java.util.List;

/**
 * Several servers that know nothing of each other, as a quorum of independent masters uses them. All but {@link #reset}
 * and {@link #whole} return at once.
 */
public final class IndependentMasters implements Deployment {
    private final Fleet fleet;

    private IndependentMasters(Fleet fleet) {
        this.fleet = fleet;
    }

    /**
     * Starts that many servers without persistence and password.
     *
     * @throws IllegalStateException when they do not start; says why
     */
    public static IndependentMasters start(int count) {
        return start(count, RedisProcess.builder());
    }

    /**
     * Starts that many servers with these settings, each on a free port.
     *
     * @throws IllegalArgumentException when the count is less than 1, or the settings name a port
     * @throws IllegalStateException when they do not start; says why
     */
    public static IndependentMasters start(int count, RedisProcessBuilder settings) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, was " + count);
        }
        if (settings.port() != 0) {
            throw new IllegalArgumentException("settings must not name a port, was " + settings.port());
        }
        Fleet fleet = new Fleet();
        try {
            for (int i = 0; i < count; i++) {
                fleet.start(settings);
            }
            return new IndependentMasters(fleet);
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    @Override
    public List<RedisProcess> nodes() {
        return fleet.servers();
    }

    /** A URI for each server. */
    public List<String> uris() {
        return nodes().stream().map(RedisProcess::uri).toList();
    }

    @Override
    public void whole() {
        nodes().forEach(node -> Probe.await(
                "an answer of " + node, () -> Probe.text(node, "PING").equals("PONG"), node::log));
    }

    @Override
    public void reset() {
        Fleet.revive(nodes(), RedisProcess::restartWithoutData);
        nodes().forEach(node -> Probe.await("an empty " + node, () -> Fleet.flush(node, 0), node::log));
    }

    @Override
    public void close() {
        fleet.close();
    }

    /** The addresses. */
    @Override
    public String toString() {
        return "independent " + nodes();
    }
}
