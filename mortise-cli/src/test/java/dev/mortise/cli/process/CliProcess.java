package dev.mortise.cli.process;

import dev.mortise.cli.Main;
import dev.mortise.testkit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of the command, with a JVM, streams and signals of its own. */
public final class CliProcess implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(50);
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final ChildProcess child;
    private final Collected out;
    private final Collected err;

    private CliProcess(ChildProcess child) {
        this.child = child;
        this.out = new Collected(child.process().getInputStream());
        this.err = new Collected(child.process().getErrorStream());
    }

    /** The environment is this one with changes. */
    public static CliProcess start(Map<String, String> environment, String... args) {
        return startCommand(environment, command(args));
    }

    /** The same of any program, such as a shell that runs {@link #command}. */
    public static CliProcess startCommand(Map<String, String> environment, List<String> program) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // Away from the terminal of whoever runs the tests, which would change what Ctrl-C means.
            command.add(SETSID.toString());
        }
        command.addAll(program);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("MORTISE_REDIS");
        builder.environment().putAll(environment);
        return new CliProcess(ChildProcess.start(builder));
    }

    /** What runs this command line. */
    public static List<String> command(String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dmortise.testkit.part=" + System.getProperty("mortise.testkit.part", "1"),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(List.of(args));
        return command;
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return child.process().isAlive();
    }

    /** Runs it to its end and returns the exit code. */
    public int exitCode() {
        if (!child.awaitExit(END)) {
            throw new AssertionError("still running; out:\n" + out() + "\nerr:\n" + err());
        }
        out.join();
        err.join();
        return child.process().exitValue();
    }

    /** What it has written so far. */
    public String out() {
        return out.text();
    }

    /** What it has written to stderr so far. */
    public String err() {
        return err.text();
    }

    /** Writes a line to its standard input. */
    public void type(String line) {
        try {
            child.process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            child.process().getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends it a signal, such as INT. */
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(child.process().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All that it has started and that lives. */
    public List<ProcessHandle> descendants() {
        return child.process().descendants().toList();
    }

    @Override
    public void close() {
        descendants().forEach(ProcessHandle::destroyForcibly);
        child.kill();
    }

    /** A stream, read as it comes. */
    private static final class Collected {
        private final StringBuilder text = new StringBuilder(); // guarded by this
        private final Thread reader;

        private Collected(InputStream stream) {
            this.reader = new Thread(() -> read(stream), "cli output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream stream) {
            try (BufferedReader in = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    add(line + "\n");
                }
            } catch (IOException e) {
                add(e.toString());
            }
        }

        private synchronized void add(String more) {
            text.append(more);
        }

        private synchronized String text() {
            return text.toString();
        }

        private void join() {
            try {
                reader.join(END.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
