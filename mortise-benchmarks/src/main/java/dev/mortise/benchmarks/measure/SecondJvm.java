package dev.mortise.benchmarks.measure;

import dev.mortise.testkit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A child JVM on the same class path that answers every line with one line. Not thread-safe. */
public final class SecondJvm implements AutoCloseable {
    private static final int EXCHANGES = 200;

    private final ChildProcess child;
    private final Writer to;
    private final BufferedReader from;

    private SecondJvm(ChildProcess child) {
        this.child = child;
        this.to = child.process().outputWriter(StandardCharsets.UTF_8);
        this.from = child.process().inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts it and compares clocks.
     *
     * @throws IllegalStateException when its clock is not ours
     */
    public static SecondJvm start(String uri, Path board) throws IOException {
        ChildProcess child = ChildProcess.start(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecondJvmMain.class.getName(),
                        uri,
                        board.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        SecondJvm jvm = new SecondJvm(child);
        jvm.checkClock();
        return jvm;
    }

    public void send(String line) throws IOException {
        to.write(line + "\n");
        to.flush();
    }

    /**
     * The next line.
     *
     * @throws IllegalStateException when it has ended
     */
    public String read() throws IOException {
        String line = from.readLine();
        if (line == null) {
            throw new IllegalStateException("the second JVM has ended");
        }
        return line;
    }

    public String ask(String line) throws IOException {
        send(line);
        return read();
    }

    /** By SIGKILL. */
    public void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.terminate(Duration.ofSeconds(5));
        child.kill();
    }

    /** What it reads between two readings of ours must lie between them, else latencies across JVMs mean nothing. */
    private void checkClock() throws IOException {
        for (int i = 0; i < EXCHANGES; i++) {
            long before = System.nanoTime();
            long theirs = Long.parseLong(ask("clock"));
            long after = System.nanoTime();
            if (theirs < before || theirs > after) {
                throw new IllegalStateException("System.nanoTime() differs between JVMs of this machine: " + theirs
                        + " is not from " + before + " to " + after);
            }
        }
    }
}
