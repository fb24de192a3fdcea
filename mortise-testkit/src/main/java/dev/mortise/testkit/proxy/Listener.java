package dev.mortise.testkit.proxy;

import dev.mortise.testkit.process.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;

/** One listening socket, and the thread that accepts on it until it is closed. */
final class Listener {
    private static final Duration END = Duration.ofSeconds(5);

    private final ServerSocket socket;
    private final Thread thread;

    private Listener(ServerSocket socket, Consumer<Socket> accepted) {
        this.socket = socket;
        this.thread = Threads.daemon("mortise-proxy-" + socket.getLocalPort() + "-accept", () -> accept(accepted));
    }

    /** Listens on a port of 127.0.0.1. */
    static Listener open(int port, Consumer<Socket> accepted) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Listener listener = new Listener(socket, accepted);
        listener.thread.start();
        return listener;
    }

    /** When this returns, connections are refused: the system listens for as long as a thread is inside accept. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it does not listen any more either way
        }
        Polling.until(END, () -> !thread.isAlive());
    }

    private void accept(Consumer<Socket> accepted) {
        while (!socket.isClosed()) {
            try {
                accepted.accept(socket.accept());
            } catch (IOException e) {
                // closed, or a client that was gone before it was accepted
            }
        }
    }
}
