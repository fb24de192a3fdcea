package dev.mortise.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a server listens, the same for all its restarts.
 *
 * @param port the plain port
 * @param tlsPort 0 for none
 * @param socket the socket's file; empty for none
 */
record Endpoints(int port, int tlsPort, String socket) {
    /** Free ports for what the settings ask for. */
    static Endpoints of(RedisProcessBuilder settings, ServerDirectory directory) {
        int port = settings.port() != 0 ? settings.port() : next(settings);
        int tlsPort = settings.tls().isEmpty() ? 0 : otherThan(port, settings);
        Path socket = directory.socket();
        return new Endpoints(port, tlsPort, settings.hasSocket() ? socket.toString() : "");
    }

    String uri(String user, String password) {
        return "redis://" + login(user, password) + RedisProcess.HOST + ":" + port;
    }

    String tlsUri(String user, String password) {
        require(tlsPort != 0, "this server does not listen by TLS");
        return "rediss://" + login(user, password) + RedisProcess.HOST + ":" + tlsPort;
    }

    String socketUri(String user, String password) {
        require(!socket.isEmpty(), "this server does not listen on a socket");
        return "redis-socket://" + login(user, password) + socket;
    }

    /** The part of a URI before the host; empty without a password. */
    static String login(String user, String password) {
        return password.isEmpty() ? "" : encode(user) + ":" + encode(password) + "@";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The one that other nodes are told: of TLS, where there is that. */
    int peerPort() {
        return tlsPort == 0 ? port : tlsPort;
    }

    private static int otherThan(int port, RedisProcessBuilder settings) {
        int next = next(settings);
        while (next == port) {
            next = next(settings);
        }
        return next;
    }

    private static int next(RedisProcessBuilder settings) {
        return settings.isCluster() ? FreePorts.nextWithBus() : FreePorts.next();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalStateException(message);
        }
    }
}
