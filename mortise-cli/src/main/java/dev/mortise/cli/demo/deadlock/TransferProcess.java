package dev.mortise.cli.demo.deadlock;

import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import dev.mortise.cli.demo.scene.SceneException;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.cli.demo.scene.WorkerJvm;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** One process as seen from outside: it is told to go on, and what it tells is kept. Thread-safe. */
final class TransferProcess {
    private final String from;
    private final String to;
    private final Map<Kind, TransferReport> told = new ConcurrentHashMap<>();
    private final WorkerJvm jvm;

    private TransferProcess(String name, String uri, String from, String to, SceneFiles files) {
        this.from = from;
        this.to = to;
        this.jvm = WorkerJvm.start(name, files, this::heard, TransferMain.class, uri, name, from, to);
    }

    /** Starts it. */
    static TransferProcess start(String name, String uri, String from, String to, SceneFiles files) {
        return new TransferProcess(name, uri, from, to, files);
    }

    private void heard(String line) {
        TransferReport report = TransferReport.decode(line);
        told.put(report.kind(), report);
    }

    String name() {
        return jvm.name();
    }

    long pid() {
        return jvm.pid();
    }

    /** The lock that it takes first. */
    String from() {
        return from;
    }

    /** The lock that it wants then. */
    String to() {
        return to;
    }

    Optional<TransferReport> told(Kind kind) {
        return Optional.ofNullable(told.get(kind));
    }

    boolean hasTold(Kind kind) {
        return told.containsKey(kind);
    }

    TransferReport report(Kind kind) {
        return told(kind).orElseThrow(() -> new SceneException(name() + " has not told " + kind));
    }

    void goOn() {
        jvm.tell("go on");
    }

    boolean hasEnded() {
        return jvm.hasEnded();
    }

    /** Whether it ended after it had told all, and without an error. */
    boolean hasEndedWell() {
        return hasEnded() && hasTold(Kind.RELEASED) && jvm.child().process().exitValue() == 0;
    }

    void kill() {
        jvm.kill();
    }
}
