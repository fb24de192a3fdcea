package dev.mortise.internal.store;

import dev.mortise.ClientStatus.Deployment;
import java.util.List;

/**
 * What a store knows of itself without asking.
 *
 * @param isHeard whether messages arrive
 */
public record StoreStatus(Deployment deployment, List<KnownServer> servers, boolean isHeard) {
    /** Copies the list. */
    public StoreStatus {
        servers = List.copyOf(servers);
    }
}
