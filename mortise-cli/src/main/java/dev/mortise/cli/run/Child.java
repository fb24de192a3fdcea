package dev.mortise.cli.run;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.signal.Signal;
import dev.mortise.testkit.process.Polling;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The running command, with the terminal of this process as its own. Thread-safe. */
final class Child {
    private static final Duration AFTER_KILL = Duration.ofSeconds(2);
    private static final int NO_SUCH_FILE = 2;

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /**
     * @throws ExitException 127 when it is not there any more, or what interprets it is not; 126 when it cannot be
     *     executed
     */
    static Child start(Program program, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(program.command()).inheritIO();
        builder.environment().putAll(environment);
        try {
            return new Child(builder.start());
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("error=" + NO_SUCH_FILE + ",")) {
                throw new ExitException(ExitCode.NOT_FOUND, "command not found: " + program.name());
            }
            throw Program.notExecutable(program.name());
        }
    }

    /** Its exit code, 128+n if signal n ended it. Blocks until then, whatever interrupts. */
    int await() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sends it the signal. Blocks for some milliseconds. */
    void send(Signal signal) {
        if (signal == Signal.TERM) {
            process.destroy();
            return;
        }
        // Java itself sends only TERM and KILL. The shell has a kill of its own; a kill program is not everywhere.
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal.name(), Long.toString(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has ended, now or within that time. Blocks for as long. */
    boolean hasEndedWithin(Duration time) {
        try {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /**
     * TERM to it and all that it started, then KILL to those that are left. Blocks until they have ended.
     *
     * @param killAfter the time for TERM
     * @param isOver whether that time is over earlier
     */
    void end(Duration killAfter, BooleanSupplier isOver) {
        Set<ProcessHandle> all = tree();
        all.forEach(ProcessHandle::destroy);
        Polling.until(killAfter, () -> haveEnded(all) || isOver.getAsBoolean());
        if (!haveEnded(all)) {
            all.addAll(tree());
            all.forEach(ProcessHandle::destroyForcibly);
            Polling.until(AFTER_KILL, () -> haveEnded(all));
        }
    }

    private static boolean haveEnded(Set<ProcessHandle> processes) {
        return processes.stream().noneMatch(ProcessHandle::isAlive);
    }

    private Set<ProcessHandle> tree() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        all.add(process.toHandle());
        process.descendants().forEach(all::add);
        return all;
    }
}
