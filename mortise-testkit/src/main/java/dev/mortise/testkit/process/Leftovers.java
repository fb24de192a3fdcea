package dev.mortise.testkit.process;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What must not outlive this JVM: at its end processes are killed, then clean-up is run. Thread-safe. */
public final class Leftovers {
    private static final Duration EXIT = Duration.ofSeconds(2);
    private static final Set<Process> processes = ConcurrentHashMap.newKeySet();
    private static final Set<Runnable> cleanups = ConcurrentHashMap.newKeySet();
    private static volatile boolean ending; // once true stays true

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Leftovers::end, "mortise-testkit-leftovers"));
    }

    private Leftovers() {}

    /** The clean-up is run at the end of this JVM, unless it is {@linkplain #forget forgotten} before. */
    public static void cleanUp(Runnable cleanup) {
        cleanups.add(cleanup);
    }

    /** The clean-up is not needed any more. */
    public static void forget(Runnable cleanup) {
        cleanups.remove(cleanup);
    }

    /** The process is killed at the end of this JVM if it is alive then, and at once when that has begun. */
    static void kill(Process process) {
        processes.add(process);
        var unused = process.onExit().thenAccept(processes::remove);
        if (ending) {
            process.destroyForcibly();
        }
    }

    private static void end() {
        ending = true;
        processes.forEach(Process::destroyForcibly);
        Polling.until(EXIT, processes::isEmpty);
        for (Runnable cleanup : cleanups) {
            try {
                cleanup.run();
            } catch (RuntimeException e) {
                // the others are still to be run, and nobody is left to be told
            }
        }
    }
}
