package dev.mortise.faults.nemesis;

import dev.mortise.faults.place.Site;
import dev.mortise.faults.traffic.Worker;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.proxy.FaultProxy;
import java.util.List;
import java.util.function.Consumer;

/**
 * Whom a mishap hits.
 *
 * @param sites at least one; whatever is done to a server is done to the first only
 */
record FaultTarget(List<Site> sites, Worker worker) {
    RedisProcess server() {
        return sites.get(0).server();
    }

    void proxies(Consumer<FaultProxy> action) {
        sites.forEach(site -> action.accept(site.proxy()));
    }
}
