package dev.mortise.internal.lettuce;

import io.lettuce.core.resource.ClientResources;
import io.netty.util.Timer;

/** The threads and timers of a Lettuce client that Mortise makes: made with it, or those that a user shares. */
final class DriverThreads implements AutoCloseable {
    private final ClientResources resources;
    private final Limits limits;

    /** Whether they are a user's. */
    private final boolean shared;

    DriverThreads(Connector settings) {
        this.shared = settings.resources().isPresent();
        this.resources = settings.resources().orElseGet(() -> Lettuce.resources(settings.timeout()));
        this.limits = shared ? Limits.beside(resources, settings.timeout()) : Limits.of(resources);
    }

    ClientResources resources() {
        return resources;
    }

    /** Ends requests. */
    Timer timer() {
        return limits.timer();
    }

    /** Ends what is not shared. Never blocks. */
    @Override
    public void close() {
        limits.close();
        if (!shared) {
            Lettuce.shutdown(resources);
        }
    }
}
