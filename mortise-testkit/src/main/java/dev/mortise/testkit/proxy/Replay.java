package dev.mortise.testkit.proxy;

import dev.mortise.testkit.resp.RespFrames;
import dev.mortise.testkit.resp.RespValues;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that are sent once more on a connection of their own, and whose replies nobody sees. */
final class Replay {
    private static final Logger log = LoggerFactory.getLogger(Replay.class);
    private static final int TIMEOUT_MILLIS = 30_000;

    private Replay() {}

    /** Later, on another thread: sends the frames one after the other, each after the reply to the one before. */
    static void later(InetSocketAddress server, List<byte[]> frames, Duration after, Runnable done) {
        Executor thread = task -> Threads.daemon("mortise-proxy-replay", task).start();
        CompletableFuture.delayedExecutor(after.toNanos(), TimeUnit.NANOSECONDS, thread)
                .execute(() -> {
                    try {
                        now(server, frames);
                        done.run();
                    } catch (IOException e) {
                        log.warn("A request could not be replayed", e);
                    }
                });
    }

    private static void now(InetSocketAddress server, List<byte[]> frames) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            RespFrames replies = RespFrames.ofReplies();
            for (byte[] frame : frames) {
                socket.getOutputStream().write(frame);
                awaitReply(socket, replies);
            }
        }
    }

    private static void awaitReply(Socket socket, RespFrames replies) throws IOException {
        byte[] chunk = new byte[4096];
        byte[] frame = replies.next();
        while (frame == null || RespValues.isPush(frame)) {
            if (frame == null) {
                int count = socket.getInputStream().read(chunk);
                if (count < 0) {
                    throw new EOFException("the server closed the connection");
                }
                replies.add(chunk, 0, count);
            }
            frame = replies.next();
        }
    }
}
