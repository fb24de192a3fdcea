package dev.mortise.cli.demo.scene;

import dev.mortise.testkit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A worker's JVM: it is told what to do, and tells what it does, a line each. Thread-safe. */
public final class WorkerJvm {
    private final String name;
    private final ChildProcess child;
    private final Thread reader;

    private WorkerJvm(String name, ChildProcess child, Consumer<String> listener) {
        this.name = name;
        this.child = child;
        this.reader = new Thread(() -> read(listener), name);
        reader.setDaemon(true);
    }

    /**
     * Starts it.
     *
     * @param listener is called with each line that it tells, on a thread of its own
     */
    public static WorkerJvm start(
            String name, SceneFiles files, Consumer<String> listener, Class<?> main, String... args) {
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(main, args))
                .redirectError(files.logOf(name).toFile());
        WorkerJvm worker = new WorkerJvm(name, ChildProcess.start(builder), listener);
        worker.reader.start();
        return worker;
    }

    public String name() {
        return name;
    }

    public ChildProcess child() {
        return child;
    }

    public long pid() {
        return child.process().pid();
    }

    /**
     * Tells it a line.
     *
     * @throws SceneException when it has ended
     */
    public void tell(String line) {
        try {
            OutputStream out = child.process().getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new SceneException(name + " has ended by itself");
        }
    }

    /** Whether it has ended, and all it told was heard. */
    public boolean hasEnded() {
        return !child.isAlive() && !reader.isAlive();
    }

    /** SIGKILL; returns when it has ended and all it told before was heard. */
    public void kill() {
        child.kill();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(Consumer<String> listener) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                listener.accept(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
