package dev.mortise.testkit.proxy;

import dev.mortise.testkit.resp.RespFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One connection through the proxy: a socket to the client and one to the server.
 *
 * <p>Overview. Four threads: each direction has one that reads whole frames and decides about them, and one that writes
 * them when their time has come. A stream has no holes: once a frame is lost in a direction, everything after it in that
 * direction is lost too, or else the client would take each reply for the answer to the request before. The end of a
 * connection, in order or by reset, takes the same way as the data, unless a black hole swallows it; then the other side
 * never learns of it. The connection is over when both readers are.
 */
final class Link implements ProxyConnection {
    private final int number;
    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final Lane toServer;
    private final Lane toClient;
    private final ReplyMatcher matcher = new ReplyMatcher();
    private final AtomicBoolean clientEnded = new AtomicBoolean(); // once true stays true
    private final AtomicInteger readers = new AtomicInteger(2);

    // The thread that reads the requests writes these.
    private final Login login = new Login();
    private volatile boolean subscriber; // once true stays true
    private boolean requestsLost; // once true stays true

    private boolean repliesLost; // the thread that reads the replies; once true stays true

    Link(int number, FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.number = number;
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        this.toServer = new Lane(
                Direction.TO_SERVER, proxy.switches(), server.getOutputStream(), how -> Sockets.end(server, how));
        this.toClient = new Lane(Direction.TO_CLIENT, proxy.switches(), client.getOutputStream(), this::endClient);
    }

    void start() throws IOException {
        String name = "mortise-proxy-" + proxy.port() + "-" + number;
        Pump requests = new Pump(client.getInputStream(), RespFrames.ofRequests(), this::request, this::requestsEnded);
        Pump replies = new Pump(server.getInputStream(), RespFrames.ofReplies(), this::reply, this::repliesEnded);
        Threads.daemon(name + "-requests", requests).start();
        Threads.daemon(name + "-replies", replies).start();
        Threads.daemon(name + "-to-server", toServer).start();
        Threads.daemon(name + "-to-client", toClient).start();
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public boolean isSubscriber() {
        return subscriber;
    }

    /** Sends a request to the server. Only on the thread that reads the requests. */
    void forward(Request request, byte[] frame, ReplyMatcher.OnReply onReply) throws InterruptedException {
        matcher.expect(request, onReply);
        toServer.put(frame);
    }

    /** Sends a reply to the client. Only on the thread that reads the replies. */
    void deliver(byte[] frame, boolean last) throws InterruptedException {
        deliver(frame);
    }

    /** No request reaches the server any more. Only on the thread that reads the requests. */
    void loseRequests() {
        requestsLost = true;
    }

    /** Nothing reaches the client any more. Only on the thread that reads the replies. */
    void loseReplies() {
        repliesLost = true;
    }

    /** Sends a request later on a connection of its own. Only on the thread that reads the requests. */
    void replay(byte[] frame, Duration after, Runnable done) {
        Replay.later((InetSocketAddress) server.getRemoteSocketAddress(), login.before(frame), after, done);
    }

    /** Ends the client's side. The server's stays, and its replies are lost. */
    void endClient(Close how) {
        if (clientEnded.compareAndSet(false, true)) {
            toClient.stop();
            Sockets.end(client, how);
        }
    }

    /** Ends both sides. */
    void close(Close how) {
        endClient(how);
        toServer.stop();
        Sockets.close(server);
    }

    /** Ends both sides, also when the client's has been ended in order and the client has not closed its own. */
    void abort() {
        close(Close.RST);
        Sockets.reset(client);
    }

    void wake() {
        toServer.wake();
        toClient.wake();
    }

    private void request(byte[] frame) throws InterruptedException {
        Request request = Request.parse(frame, this);
        proxy.counters().request(request);
        subscriber |= ReplyMatcher.isSubscription(request);
        login.note(request, frame);
        requestsLost |= proxy.switches().isBlackHole(Direction.TO_SERVER);
        if (requestsLost || clientEnded.get()) {
            return;
        }
        ArmedFaults.Rule rule = proxy.rules().take(request);
        if (rule == null) {
            forward(request, frame, this::deliver);
        } else {
            rule.apply(this, request, frame);
        }
    }

    private void reply(byte[] frame) throws InterruptedException {
        ReplyMatcher.Matched matched = matcher.match(frame);
        if (matched != null) {
            proxy.counters().reply();
            matched.onReply().frame(frame, matched.last());
            return;
        }
        proxy.counters().message();
        if (!proxy.switches().isDroppingMessages() || !matcher.isPublished(frame)) {
            deliver(frame);
        }
    }

    private void deliver(byte[] frame) throws InterruptedException {
        repliesLost |= proxy.switches().isBlackHole(Direction.TO_CLIENT);
        if (!repliesLost) {
            toClient.put(frame);
        }
    }

    private void requestsEnded(Close how) {
        if (!clientEnded.get() && !proxy.switches().isBlackHole(Direction.TO_SERVER)) {
            toServer.end(how);
        }
        readerEnded();
    }

    private void repliesEnded(Close how) {
        if (!proxy.switches().isBlackHole(Direction.TO_CLIENT)) {
            toClient.end(how);
        }
        readerEnded();
    }

    private void readerEnded() {
        if (readers.decrementAndGet() == 0) {
            toServer.stop();
            toClient.stop();
            Sockets.close(server);
            Sockets.close(client);
            proxy.forget(this);
        }
    }
}
