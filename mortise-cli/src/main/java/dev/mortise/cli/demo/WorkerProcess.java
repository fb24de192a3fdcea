package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerReport.Kind;
import dev.mortise.testkit.process.ChildProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** One worker as seen from outside: it is told what to do, and what it tells is kept. Thread-safe. */
final class WorkerProcess {
    /** What it is doing, as far as it is known. */
    enum State {
        STARTING,
        IDLE,
        WORKING,
        WAITING,
        HOLDING,
        FROZEN,
        KILLED
    }

    private final String name;
    private final ChildProcess child;
    private final Ledger ledger;
    private final Map<Kind, WorkerReport> last = new ConcurrentHashMap<>();
    private final AtomicLong updates = new AtomicLong();
    private final Thread reader;
    private volatile State state = State.STARTING;

    private WorkerProcess(String name, ChildProcess child, Ledger ledger) {
        this.name = name;
        this.child = child;
        this.ledger = ledger;
        this.reader = new Thread(this::read, name);
        reader.setDaemon(true);
    }

    static WorkerProcess start(String name, String uri, Path directory, Ledger ledger) {
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(
                        DemoWorkerMain.class, uri, accountIn(directory).toString(), name))
                .redirectError(directory.resolve(name + ".log").toFile());
        WorkerProcess worker = new WorkerProcess(name, ChildProcess.start(builder), ledger);
        worker.reader.start();
        return worker;
    }

    static Path accountIn(Path directory) {
        return directory.resolve("account");
    }

    String name() {
        return name;
    }

    long pid() {
        return child.process().pid();
    }

    State state() {
        return state;
    }

    long updates() {
        return updates.get();
    }

    /** The latest report of that kind. */
    Optional<WorkerReport> last(Kind kind) {
        return Optional.ofNullable(last.get(kind));
    }

    void order(WorkerCommand order) {
        state = order == WorkerCommand.STOP || order == WorkerCommand.FINISH ? state : State.WORKING;
        try {
            OutputStream out = child.process().getOutputStream();
            out.write((order.name() + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new DemoException(name + " has ended by itself");
        }
    }

    /** SIGKILL; returns when it has ended and all it told before is known. */
    void kill() {
        child.kill();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        state = State.KILLED;
    }

    /** SIGSTOP. */
    void freeze() {
        child.pause();
        state = State.FROZEN;
    }

    /** SIGCONT. */
    void thaw() {
        state = State.WORKING;
        child.resume();
    }

    /** Whether it ended though nobody killed it. */
    boolean isBroken() {
        return state != State.KILLED && !child.isAlive();
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(child.process().getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                heard(WorkerReport.decode(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void heard(WorkerReport report) {
        switch (report.kind()) {
            case IDLE -> state = State.IDLE;
            case WAITING -> state = State.WAITING;
            case HOLDING -> {
                state = State.HOLDING;
                ledger.granted(new Ledger.Grant(report.number(0), report.number(1), name));
            }
            case WROTE -> {
                state = State.WORKING;
                updates.incrementAndGet();
                ledger.wrote();
            }
            case THINKING, REFUSED, LOST -> {
                // kept, like all of them
            }
        }
        last.put(report.kind(), report);
    }
}
