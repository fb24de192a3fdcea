package dev.mortise.faults.traffic;

import java.time.Duration;
import java.util.List;

/**
 * What every worker of a run does.
 *
 * @param uri where locks are asked for: the proxy
 * @param directPort of the server, for the register, which no fault of the network reaches
 * @param counters the file
 */
public record Plan(String uri, int directPort, Duration lease, String counters) {
    /** Short holds go to all but the last, long holds to the last. */
    static final int LOCKS = 3;

    /** Threads of a worker with short holds. */
    static final int THREADS = 2;

    static String lock(int index) {
        return "faults-" + index;
    }

    static List<String> locks() {
        return List.of(lock(0), lock(1), lock(2));
    }

    Duration commandTimeout() {
        return lease.dividedBy(6);
    }

    List<String> arguments(String worker, long seed) {
        return List.of(
                worker,
                Long.toString(seed),
                uri,
                Integer.toString(directPort),
                Long.toString(lease.toMillis()),
                counters);
    }

    static Plan of(String[] arguments) {
        return new Plan(
                arguments[2],
                Integer.parseInt(arguments[3]),
                Duration.ofMillis(Long.parseLong(arguments[4])),
                arguments[5]);
    }
}
