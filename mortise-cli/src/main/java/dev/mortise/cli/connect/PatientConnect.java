package dev.mortise.cli.connect;

import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Connects, and tries again for a while. A short lease means short time-outs, for connecting as well; a JVM that has to
 * load its classes first may need longer than that the first time.
 */
public final class PatientConnect {
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private PatientConnect() {}

    /**
     * Blocks until connected.
     *
     * @param open one try
     * @param patience after that there is no further try
     * @throws LockUnavailableException when the last try failed
     * @throws InterruptedException when the thread is interrupted between two tries
     */
    public static <C extends LockProvider> C connect(Supplier<C> open, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return open.get();
            } catch (LockUnavailableException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
            }
            Thread.sleep(BETWEEN.toMillis());
        }
    }
}
