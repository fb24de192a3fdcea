package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerReport.Kind;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.cli.demo.scene.WorkerJvm;
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
    private final Ledger ledger;
    private final Map<Kind, WorkerReport> last = new ConcurrentHashMap<>();
    private final AtomicLong updates = new AtomicLong();
    private final WorkerJvm jvm;
    private volatile State state = State.STARTING;

    private WorkerProcess(String name, String uri, SceneFiles files, Ledger ledger) {
        this.name = name;
        this.ledger = ledger;
        this.jvm = WorkerJvm.start(
                name,
                files,
                line -> heard(WorkerReport.decode(line)),
                DemoWorkerMain.class,
                uri,
                accountIn(files.directory()).toString(),
                name);
    }

    static WorkerProcess start(String name, String uri, SceneFiles files, Ledger ledger) {
        return new WorkerProcess(name, uri, files, ledger);
    }

    static Path accountIn(Path directory) {
        return directory.resolve("account");
    }

    String name() {
        return name;
    }

    long pid() {
        return jvm.pid();
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
        jvm.tell(order.name());
    }

    /** SIGKILL; returns when it has ended and all it told before is known. */
    void kill() {
        jvm.kill();
        state = State.KILLED;
    }

    /** SIGSTOP. */
    void freeze() {
        jvm.child().pause();
        state = State.FROZEN;
    }

    /** SIGCONT. */
    void thaw() {
        state = State.WORKING;
        jvm.child().resume();
    }

    /** Whether it ended though nobody killed it. */
    boolean isBroken() {
        return state != State.KILLED && !jvm.child().isAlive();
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
