package dev.mortise.faults.place;

import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.proxy.FaultProxy;
import java.util.List;

/** Servers with nothing lost when they are killed, each behind a proxy. One thread calls. */
public final class ProxiedServers implements AutoCloseable {
    private final List<Site> sites;
    private final Runnable settle;
    private final Runnable close;

    private ProxiedServers(List<RedisProcess> servers, Runnable settle, Runnable close) {
        this.sites = servers.stream()
                .map(server -> new Site(server, FaultProxy.to(server)))
                .toList();
        this.settle = settle;
        this.close = close;
    }

    static ProxiedServers standalone() {
        RedisProcess server =
                RedisProcess.builder().persistence(Persistence.AOF_ALWAYS).start();
        return new ProxiedServers(List.of(server), () -> {}, server::close);
    }

    static ProxiedServers cluster() {
        ClusterDeployment cluster = ClusterDeployment.builder()
                .masters(3)
                .replicas(0)
                .persistence(Persistence.AOF_ALWAYS)
                .start();
        ProxiedServers place = new ProxiedServers(cluster.nodes(), cluster::whole, cluster::close);
        for (Site site : place.sites) {
            cluster.announce(site.server(), site.proxy().port());
            site.server().command("CONFIG", "REWRITE");
        }
        return place;
    }

    static ProxiedServers quorum() {
        IndependentMasters masters =
                IndependentMasters.start(5, RedisProcess.builder().persistence(Persistence.AOF_ALWAYS));
        return new ProxiedServers(masters.nodes(), masters::whole, masters::close);
    }

    public List<Site> sites() {
        return sites;
    }

    /** Where workers connect to. */
    public List<String> uris() {
        return sites.stream().map(site -> site.proxy().uri()).toList();
    }

    /** Blocks until the servers agree again on who is where. */
    public void settle() {
        settle.run();
    }

    @Override
    public void close() {
        sites.forEach(site -> site.proxy().close());
        close.run();
    }
}
