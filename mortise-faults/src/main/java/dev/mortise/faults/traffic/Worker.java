package dev.mortise.faults.traffic;

import dev.mortise.faults.check.Life;
import dev.mortise.testkit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A worker JVM, and the thread here that reads what it says. Thread-safe. */
public final class Worker {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(30);

    private final String name;
    private final ChildProcess child;
    private final HistoryRecorder recorder;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread reader;

    /** Written once each, the first before {@link #ready} opens. */
    private volatile long readyAt;

    private volatile long diedAt = Long.MAX_VALUE;
    private volatile boolean saidBye;

    private Worker(String name, ChildProcess child, HistoryRecorder recorder) {
        this.name = name;
        this.child = child;
        this.recorder = recorder;
        this.reader = new Thread(this::read, "reader of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    static Worker start(String name, WorkerPlan plan, long seed, HistoryRecorder recorder) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName()));
        command.addAll(plan.arguments(name, seed));
        return new Worker(
                name,
                ChildProcess.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT)),
                recorder);
    }

    public String name() {
        return name;
    }

    /** Blocks until it works. */
    public void awaitReady() throws InterruptedException {
        if (!ready.await(START.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " did not start in " + START);
        }
    }

    /** By SIGKILL. */
    public void kill() {
        diedAt = System.nanoTime();
        child.kill();
        join();
    }

    /** By SIGSTOP. */
    public void pause() {
        child.pause();
    }

    /** By SIGCONT. */
    public void resume() {
        child.resume();
    }

    /** Asks it to end; whether it did so in order. */
    boolean finish() throws IOException {
        child.process().outputWriter(StandardCharsets.UTF_8).close();
        boolean ended = child.awaitExit(END);
        child.kill();
        join();
        return ended && saidBye;
    }

    Life life() {
        List<String> threads = new ArrayList<>();
        for (int i = 0; i < WorkerPlan.THREADS; i++) {
            threads.add(name + "." + i);
        }
        return new Life(name, threads, readyAt, diedAt);
    }

    private void read() {
        try (BufferedReader lines = child.process().inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    readyAt = System.nanoTime();
                    ready.countDown();
                } else if (line.startsWith("bye ")) {
                    saidBye = true;
                } else {
                    recorder.line(name, line);
                }
            }
        } catch (IOException e) {
            // it was killed in the middle of a line
        }
        recorder.died(name);
        diedAt = Math.min(diedAt, System.nanoTime());
    }

    private void join() {
        try {
            reader.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
