package dev.mortise.testkit.proxy;

import dev.mortise.testkit.FreePorts;
import dev.mortise.testkit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 in front of one server, with faults that can be switched at any moment. It understands where
 * requests and replies begin and end, forwards them whole, and keeps their order. Thread-safe; no method blocks for
 * longer than it takes to open or close sockets.
 *
 * <p>A stream has no holes. Whatever loses a request or a reply without closing the connection loses everything after it
 * in the same direction of that connection as well, also when the fault is switched off again; new connections work.
 *
 * <p>When the server cannot be reached, connections are accepted and then reset.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PORT_ATTEMPTS = 20;

    private volatile InetSocketAddress server;
    private final String userInfo;
    private final int port;
    private final Switches switches = new Switches();
    private final ArmedFaults rules = new ArmedFaults();
    private final Counters counters = new Counters();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    private final Object lifecycle = new Object();
    private @Nullable Listener listener; // guarded by lifecycle; null while connections are refused
    private volatile boolean closed; // once true stays true

    private FaultProxy(InetSocketAddress server, String userInfo, int port) {
        this.server = server;
        this.userInfo = userInfo;
        this.port = port;
    }

    /** A proxy to the server there, which need not be running yet. */
    public static FaultProxy to(String host, int port) {
        return listening(new InetSocketAddress(host, port), "");
    }

    /** A proxy to this server; {@link #uri} has its password. */
    public static FaultProxy to(RedisProcess server) {
        String uri = server.uri();
        int at = uri.lastIndexOf('@');
        String userInfo = at < 0 ? "" : uri.substring(uri.indexOf("//") + 2, at + 1);
        return listening(new InetSocketAddress(server.host(), server.port()), userInfo);
    }

    private static FaultProxy listening(InetSocketAddress server, String userInfo) {
        for (int attempt = 1; ; attempt++) {
            FaultProxy proxy = new FaultProxy(server, userInfo, FreePorts.next());
            try {
                proxy.refuse(false);
                return proxy;
            } catch (UncheckedIOException e) {
                if (attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Where a client connects. */
    public String uri() {
        return "redis://" + userInfo + "127.0.0.1:" + port;
    }

    /** The port on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** New connections lead to that server from now on, as when an address is given to another one. Those that exist stay. */
    public void redirect(RedisProcess other) {
        server = new InetSocketAddress(other.host(), other.port());
    }

    /** What is sent from now on arrives so much later. Zero for no delay. Order is kept. */
    public void delay(Direction direction, Duration delay) {
        switches.delay(direction, delay);
    }

    /**
     * Bytes are read and thrown away, and so is the end of a connection, while connections stay open: a server does not
     * learn that a client has gone, nor the other way round.
     */
    public void blackHole(Direction direction, boolean on) {
        switches.blackHole(direction, on);
    }

    /** Nothing arrives until this is switched off; then everything does, in order. Senders are slowed down. */
    public void hold(Direction direction, boolean on) {
        switches.hold(direction, on);
        links.forEach(Link::wake);
    }

    /** Messages that somebody published are thrown away; replies and confirmations of subscriptions are not. */
    public void dropMessages(boolean on) {
        switches.dropMessages(on);
    }

    /** The server executes the next matching request; the client never sees the reply, and waits. */
    public Fault dropNextReply(Predicate<Request> predicate) {
        return rules.once(predicate, Effect.dropReply());
    }

    /** The server executes the next matching request; when it has answered, the connection ends without the reply. */
    public Fault dropNextReply(Predicate<Request> predicate, Close how) {
        return rules.once(predicate, Effect.dropReply(how));
    }

    /**
     * The next matching request is sent, and the client's connection ends at once: while the server may still execute
     * it. The server's side is closed when it has answered, which is also when this counts as a hit.
     */
    public Fault closeAfterNextRequest(Predicate<Request> predicate, Close how) {
        return rules.once(predicate, Effect.closeAtOnce(how));
    }

    /** The server gets the next matching request twice in a row; the client sees the first reply. */
    public Fault duplicateNextRequest(Predicate<Request> predicate) {
        return rules.once(predicate, Effect.duplicate());
    }

    /**
     * The server gets the next matching request once more, so much later, on a new connection with the same login. A
     * hit when the server has answered that.
     */
    public Fault replayNextRequest(Predicate<Request> predicate, Duration after) {
        return rules.once(predicate, Effect.replay(after));
    }

    /** Matching requests never reach the server, until disarmed; the client waits. */
    public Fault swallowRequests(Predicate<Request> predicate) {
        return rules.always(predicate, Effect.swallow());
    }

    /** Ends all connections. */
    public void closeAll(Close how) {
        closeIf(connection -> true, how);
    }

    /** Ends the connections that match, such as {@code ProxyConnection::isSubscriber}. */
    public void closeIf(Predicate<ProxyConnection> predicate, Close how) {
        links.stream().filter(predicate).forEach(link -> link.close(how));
    }

    /**
     * Whether new connections are refused. Those that exist stay.
     *
     * @throws UncheckedIOException when somebody else has taken the port meanwhile
     */
    public void refuse(boolean on) {
        synchronized (lifecycle) {
            if (on && listener != null) {
                listener.close();
                listener = null;
            } else if (!on && listener == null && !closed) {
                try {
                    listener = Listener.open(port, this::accepted);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot listen on port " + port, e);
                }
            }
        }
    }

    /** Switches everything off and disarms every fault. Connections that have lost something stay as they are. */
    public void heal() {
        rules.clear();
        switches.clear();
        links.forEach(Link::wake);
        refuse(false);
    }

    /** How many requests were seen, by command in upper case. */
    public Map<String, Long> requestsByCommand() {
        return counters.requests();
    }

    /** How many requests were seen, those included that were then lost. */
    public long requests() {
        return counters.requests().values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many replies were seen, those included that were then lost. */
    public long replies() {
        return counters.replies();
    }

    /** How many frames were seen that answer no request: messages and other pushes. */
    public long messages() {
        return counters.messages();
    }

    /** How many connections were accepted. */
    public int connections() {
        return counters.connections();
    }

    /** How many connections are open on either side. */
    public int openConnections() {
        return links.size();
    }

    /** Ends all connections by reset and listens no more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        refuse(true);
        links.forEach(Link::abort);
    }

    Switches switches() {
        return switches;
    }

    ArmedFaults rules() {
        return rules;
    }

    Counters counters() {
        return counters;
    }

    void forget(Link link) {
        links.remove(link);
    }

    /** On the thread that accepts. */
    private void accepted(Socket client) {
        Socket toServer = new Socket();
        try {
            toServer.connect(server, CONNECT_MILLIS);
            Link link = new Link(counters.nextConnection(), this, client, toServer);
            links.add(link);
            link.start();
            if (closed) {
                link.abort();
            }
        } catch (IOException e) {
            Sockets.close(toServer);
            Sockets.reset(client);
        }
    }
}
