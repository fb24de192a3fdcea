package dev.mortise.testkit.proxy;

import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespFrames;
import dev.mortise.testkit.resp.RespValues;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** One client of a {@link SlotProxy}: its requests are answered one after the other, by one node each. */
final class SlotLink {
    private static final byte[] CROSSSLOT =
            "-CROSSSLOT Keys in request don't hash to the same slot\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SlotProxy proxy;
    private final Socket client;
    private final OutputStream toClient;
    private final ClusterDeployment cluster;
    private final RedisProcess home;
    private final Map<RedisProcess, Node> nodes = new ConcurrentHashMap<>();
    private final Map<Integer, RedisProcess> owners = new ConcurrentHashMap<>();

    // The thread that reads the requests has this.
    private byte @Nullable [] hello;

    SlotLink(SlotProxy proxy, Socket client, ClusterDeployment cluster) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.cluster = cluster;
        this.home = cluster.masters().get(0);
        client.setTcpNoDelay(true);
        this.toClient = client.getOutputStream();
    }

    void start() throws IOException {
        Pump requests = new Pump(client.getInputStream(), RespFrames.ofRequests(), this::request, how -> close());
        Threads.daemon("mortise-slot-proxy", requests).start();
    }

    void close() {
        Sockets.close(client);
        nodes.values().forEach(node -> Sockets.close(node.socket));
        proxy.forget(this);
    }

    private void request(byte[] frame) throws InterruptedException {
        if (!(RespValues.decode(frame) instanceof List<?> list) || list.isEmpty()) {
            return;
        }
        List<String> words = list.stream().map(String::valueOf).toList();
        String command = words.get(0).toUpperCase(Locale.ROOT);
        try {
            if (command.equals("HELLO")) {
                hello = frame;
            }
            List<String> keys = command.startsWith("EVAL") && words.size() > 2
                    ? words.subList(3, 3 + Integer.parseInt(words.get(2)))
                    : List.of();
            long slots = keys.stream().mapToInt(cluster::slotOf).distinct().count();
            if (slots > 1) {
                answer(CROSSSLOT);
                return;
            }
            Node node = node(slots == 0 ? home : owner(cluster.slotOf(keys.get(0))));
            node.send(frame);
            // What answers a subscription is a message.
            if (!command.endsWith("SUBSCRIBE")) {
                answer(node.replies.take());
            }
        } catch (IOException e) {
            close();
        }
    }

    private RedisProcess owner(int slot) {
        return owners.computeIfAbsent(slot, cluster::masterOf);
    }

    private Node node(RedisProcess server) throws IOException, InterruptedException {
        Node known = nodes.get(server);
        if (known != null) {
            return known;
        }
        Node node = new Node(server);
        nodes.put(server, node);
        byte[] greeting = hello;
        if (server != home && greeting != null) {
            node.send(greeting);
            node.replies.take();
        }
        return node;
    }

    private synchronized void answer(byte[] frame) throws IOException {
        toClient.write(frame);
    }

    /** A connection to one node. */
    private final class Node {
        private final Socket socket;
        private final BlockingQueue<byte[]> replies = new LinkedBlockingQueue<>();

        private Node(RedisProcess server) throws IOException {
            this.socket = new Socket(server.host(), server.port());
            socket.setTcpNoDelay(true);
            Pump pump = new Pump(socket.getInputStream(), RespFrames.ofReplies(), this::received, how -> close());
            Threads.daemon("mortise-slot-proxy-node", pump).start();
        }

        private void send(byte[] frame) throws IOException {
            socket.getOutputStream().write(frame);
        }

        private void received(byte[] frame) {
            if (!RespValues.isPush(frame)) {
                replies.add(frame);
                return;
            }
            try {
                answer(frame);
            } catch (IOException e) {
                close();
            }
        }
    }
}
