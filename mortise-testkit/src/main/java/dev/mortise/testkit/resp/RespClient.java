package dev.mortise.testkit.resp;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One plain connection to a server, for tests that must not depend on a full client. No reconnect, no pool. Not
 * thread-safe.
 *
 * <p>{@link #command} and {@link #read} block until the reply is here or the time-out is over; an I/O error, a closed
 * connection and a time-out are {@link UncheckedIOException}, and the connection is of no use afterwards.
 */
public final class RespClient implements AutoCloseable {
    private final Socket socket;
    private final RespFrames frames = RespFrames.ofReplies();
    private final byte[] chunk = new byte[8192];

    private RespClient(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @param timeout for the connection and for each reply; more than zero
     * @throws UncheckedIOException when nobody listens there, or nobody answers in time
     */
    public static RespClient connect(String host, int port, Duration timeout) {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis(timeout));
            socket.connect(new InetSocketAddress(host, port), millis(timeout));
            return new RespClient(socket);
        } catch (IOException e) {
            closeQuietly(socket);
            throw new UncheckedIOException("cannot connect to " + host + ":" + port, e);
        }
    }

    /** Changes the time-out for each reply; more than zero. */
    public void timeout(Duration timeout) {
        try {
            socket.setSoTimeout(millis(timeout));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @return as {@link RespValues} says
     * @throws RespErrorException when the reply is an error
     */
    public @Nullable Object command(String... arguments) {
        send(arguments);
        return read();
    }

    /** Sends a command and does not wait. */
    public void send(String... arguments) {
        try {
            socket.getOutputStream().write(encode(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits for the next frame, be it a reply or a message.
     *
     * @throws RespErrorException when it is an error
     */
    public @Nullable Object read() {
        try {
            byte[] frame = frames.next();
            while (frame == null) {
                int count = socket.getInputStream().read(chunk);
                if (count < 0) {
                    throw new EOFException("the server closed the connection");
                }
                frames.add(chunk, 0, count);
                frame = frames.next();
            }
            Object value = RespValues.decode(frame);
            if (value instanceof RespErrorException error) {
                throw error;
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the connection. */
    @Override
    public void close() {
        closeQuietly(socket);
    }

    /** A request as it goes over the wire: an array of bulk strings. */
    public static byte[] encode(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + arguments.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String argument : arguments) {
            byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    private static int millis(Duration timeout) {
        return Math.max(1, Math.toIntExact(timeout.toMillis()));
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing more can be done for a socket
        }
    }
}
