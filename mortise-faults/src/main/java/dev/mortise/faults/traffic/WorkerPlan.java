package dev.mortise.faults.traffic;

import dev.mortise.LockListener;
import dev.mortise.LockProvider;
import dev.mortise.faults.place.Kind;
import java.time.Duration;
import java.util.List;

/**
 * What every worker of a run does.
 *
 * @param uris where locks are asked for: the proxies
 * @param localHandOff whether a worker hands locks on among its threads
 * @param registerPort of the server with the register, which no fault reaches
 * @param counters the file
 */
public record WorkerPlan(
        Kind kind, List<String> uris, Duration lease, boolean localHandOff, int registerPort, String counters) {
    /** Short holds go to all but the last, long holds to the last. */
    static final int LOCKS = 3;

    /** Threads of a worker with short holds. */
    static final int THREADS = 3;

    static String lock(int index) {
        return "faults-" + index;
    }

    static List<String> locks() {
        return List.of(lock(0), lock(1), lock(2));
    }

    LockProvider open(String clientName, LockListener listener) {
        return kind.open(uris, lease, localHandOff, clientName, listener);
    }

    List<String> arguments(String worker, long seed) {
        return List.of(
                worker,
                Long.toString(seed),
                kind.name(),
                String.join(",", uris),
                Long.toString(lease.toMillis()),
                Boolean.toString(localHandOff),
                Integer.toString(registerPort),
                counters);
    }

    static WorkerPlan of(String[] arguments) {
        return new WorkerPlan(
                Kind.valueOf(arguments[2]),
                List.of(arguments[3].split(",", -1)),
                Duration.ofMillis(Long.parseLong(arguments[4])),
                Boolean.parseBoolean(arguments[5]),
                Integer.parseInt(arguments[6]),
                arguments[7]);
    }
}
