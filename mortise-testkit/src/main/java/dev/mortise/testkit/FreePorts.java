package dev.mortise.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Finds ports to listen on.
 *
 * <p>They are below the range from which systems take the ports of outgoing connections. In that range a port could be
 * gone when a server restarts, and a client that keeps trying to reach a dead server on its own host can end up
 * connected to itself. They leave room for a cluster bus, which listens 10000 above.
 *
 * <p>JVMs that run tests side by side, eight at most, take different ones when the system property {@code
 * mortise.testkit.part} is another number from 1 to 8 in each of them. A JVM takes them in turn. So a server that is down
 * for a moment finds its port free again.
 */
public final class FreePorts {
    private static final int PARTS = 8;
    private static final int COUNT = 1_250;
    private static final int FIRST = 12_000 + (part(System.getProperty("mortise.testkit.part", "1")) - 1) * COUNT;
    private static final int BUS = 10_000;
    private static final int ATTEMPTS = COUNT;

    /** Begins anywhere, as another JVM may have the same part. */
    private static final AtomicInteger TAKEN =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /**
     * The part that a JVM takes.
     *
     * @throws IllegalArgumentException when it is none: JVMs that all take the first one would take each other's ports
     */
    static int part(String value) {
        if (!value.matches("[1-" + PARTS + "]")) {
            throw new IllegalArgumentException(
                    "mortise.testkit.part must be from 1 to " + PARTS + ", was '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    /**
     * A port of 127.0.0.1 that was free a moment ago; another process may still be faster.
     *
     * @throws IllegalStateException when there is none
     */
    public static int next() {
        return next(FreePorts::isFree);
    }

    /**
     * As {@link #next}, where the port of the cluster bus, 10000 above, was free too.
     *
     * @throws IllegalStateException when there is none
     */
    public static int nextWithBus() {
        return next(port -> isFree(port) && isFree(port + BUS));
    }

    private static int next(IntPredicate isFree) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int port = FIRST + Math.floorMod(TAKEN.getAndIncrement(), COUNT);
            if (isFree.test(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + FIRST + " to " + (FIRST + COUNT - 1));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
