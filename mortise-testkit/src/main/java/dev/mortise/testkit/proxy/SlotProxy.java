package dev.mortise.testkit.proxy;

import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One address on 127.0.0.1 in front of a cluster without passwords, as some services have it: each command goes to the node
 * that has the slot of its keys, and keys of several slots are refused by CROSSSLOT. Clients speak RESP3. What has no key, and
 * subscriptions, go to one node. Slots must not move. Thread-safe.
 */
public final class SlotProxy implements AutoCloseable {
    private final int port;
    private final Listener listener;
    private final Set<SlotLink> links = ConcurrentHashMap.newKeySet();

    private SlotProxy(ClusterDeployment cluster) {
        this.port = FreePorts.next();
        try {
            this.listener = Listener.open(port, client -> accepted(client, cluster));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
    }

    /** Listens in front of that cluster. */
    public static SlotProxy to(ClusterDeployment cluster) {
        return new SlotProxy(cluster);
    }

    /** Where a client connects. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends all connections and listens no more. */
    @Override
    public void close() {
        listener.close();
        links.forEach(SlotLink::close);
    }

    void forget(SlotLink link) {
        links.remove(link);
    }

    private void accepted(Socket client, ClusterDeployment cluster) {
        try {
            SlotLink link = new SlotLink(this, client, cluster);
            links.add(link);
            link.start();
        } catch (IOException e) {
            Sockets.reset(client);
        }
    }
}
