package dev.mortise.testkit.proxy;

import java.io.IOException;
import java.net.Socket;

/** Ends of connections. None of these throws: a socket that is gone is as good as closed. */
final class Sockets {
    private Sockets() {}

    /** FIN: the other side reads the end of the stream. The socket stays open for what the other side still sends. */
    static void finish(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // it is gone
        }
    }

    /** RST: with a linger time of zero, close drops what is unsent and resets the connection. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // it is gone
        }
        close(socket);
    }

    static void end(Socket socket, Close how) {
        if (how == Close.FIN) {
            finish(socket);
        } else {
            reset(socket);
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone
        }
    }
}
