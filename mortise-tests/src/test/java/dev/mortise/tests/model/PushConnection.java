package dev.mortise.tests.model;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection for commands and messages alike (RESP3), so that what a script published has been read when the reply to
 * the next command is. Commands are collected and go out together.
 */
final class PushConnection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final BiConsumer<String, String> messages;

    /** @param messages takes channel and text, while replies are read */
    PushConnection(String host, int port, BiConsumer<String, String> messages) {
        this.messages = messages;
        try {
            socket = new Socket(host, port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        call("HELLO", "3");
    }

    void send(List<String> command) {
        try {
            out.write(("*" + command.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String part : command) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes);
                out.write('\r');
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String... command) {
        send(List.of(command));
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next reply: Long, String, List, null or {@link Failure}. */
    @Nullable
    Object receive() {
        try {
            while (true) {
                int type = in.read();
                if (type != '>') {
                    return value(type);
                }
                List<?> push = list(1);
                if ("message".equals(push.get(0))) {
                    messages.accept(String.valueOf(push.get(1)), String.valueOf(push.get(2)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    Object call(String... command) {
        send(command);
        flush();
        Object reply = receive();
        if (reply instanceof Failure failure) {
            throw new IllegalStateException(command[0] + ": " + failure.message);
        }
        return reply;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object value(int type) throws IOException {
        return switch (type) {
            case '+' -> line();
            case '-' -> new Failure(line());
            case ':' -> Long.valueOf(line());
            case '$' -> bulk();
            case '*' -> list(1);
            case '%' -> list(2);
            case '_' -> {
                line();
                yield null;
            }
            case -1 -> throw new EOFException("the server closed the connection");
            default -> throw new IOException("a type of reply that is not known here: " + (char) type);
        };
    }

    private List<@Nullable Object> list(int per) throws IOException {
        int count = Integer.parseInt(line()) * per;
        List<@Nullable Object> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(value(in.read()));
        }
        return all;
    }

    private @Nullable String bulk() throws IOException {
        int length = Integer.parseInt(line());
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        line();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            text.append((char) c);
        }
        in.read();
        return text.toString();
    }

    /** An error reply. */
    record Failure(String message) {}
}
