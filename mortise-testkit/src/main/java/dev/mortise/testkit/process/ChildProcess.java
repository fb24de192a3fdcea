package dev.mortise.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that this JVM started and owns: it can be killed, stopped for a while and continued, and it does not
 * outlive this JVM, except when this JVM itself is killed by force. Thread-safe. Linux and macOS only.
 *
 * <p>{@link #kill}, {@link #terminate}, {@link #pause} and {@link #resume} block until the process has got there, for a
 * few milliseconds as a rule; all are bounded and none is interruptible.
 */
public final class ChildProcess {
    private static final Duration EXIT = Duration.ofSeconds(10);

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts what the builder describes.
     *
     * @throws UncheckedIOException when it cannot be started
     */
    public static ChildProcess start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            Leftovers.kill(process);
            return new ChildProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + builder.command().get(0), e);
        }
    }

    /** The process itself, for its streams and exit code. */
    public Process process() {
        return process;
    }

    /** Whether it has not ended; a paused process is alive. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it by SIGKILL: it runs no further instruction, also when it is paused. Nothing happens when it has ended. */
    public void kill() {
        process.destroyForcibly();
        if (!awaitExit(EXIT)) {
            throw new IllegalStateException("process " + process.pid() + " survived SIGKILL for " + EXIT);
        }
    }

    /**
     * Asks it to end by SIGTERM, after continuing it when it is paused.
     *
     * @return whether it ended in time
     */
    public boolean terminate(Duration atMost) {
        signal("CONT");
        process.destroy();
        return awaitExit(atMost);
    }

    /**
     * Stops it by SIGSTOP. Its connections stay open, and it answers nothing until {@link #resume}.
     *
     * @throws IllegalStateException when it has ended
     */
    public void pause() {
        require(signal("STOP"));
        Polling.until(EXIT, () -> !isAlive() || isStopped());
    }

    /**
     * Continues it by SIGCONT. Nothing happens when it is not paused.
     *
     * @throws IllegalStateException when it has ended
     */
    public void resume() {
        require(signal("CONT"));
    }

    /** Blocks until it has ended. */
    public boolean awaitExit(Duration atMost) {
        return Polling.until(atMost, () -> !process.isAlive());
    }

    /** Whether the process was there to get it. */
    private boolean signal(String name) {
        if (!isAlive()) {
            return false;
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (Polling.until(EXIT, () -> !kill.isAlive()) && kill.exitValue() == 0) {
                return true;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run kill", e);
        }
        if (isAlive()) {
            throw new IllegalStateException("kill -" + name + " " + process.pid() + " failed");
        }
        return false;
    }

    private void require(boolean signalled) {
        if (!signalled) {
            throw new IllegalStateException("process " + process.pid() + " has ended");
        }
    }

    /** The third field of /proc/pid/stat, behind the name in parentheses. Where there is no /proc, true. */
    private boolean isStopped() {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        try {
            String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public String toString() {
        return "process " + process.pid();
    }
}
