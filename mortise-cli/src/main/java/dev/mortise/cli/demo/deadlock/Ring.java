package dev.mortise.cli.demo.deadlock;

import dev.mortise.cli.demo.deadlock.TransferReport.Kind;
import dev.mortise.cli.demo.scene.SceneException;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** The processes, each of which holds what the one before it wants; the first holds what the last one wants. */
final class Ring implements AutoCloseable {
    private static final List<String> LOCKS = List.of("account-A", "account-B", "account-C");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(10);

    private final List<TransferProcess> processes;

    private Ring(List<TransferProcess> processes) {
        this.processes = processes;
    }

    static Ring start(String uri, SceneFiles files) {
        return new Ring(IntStream.range(0, LOCKS.size())
                .mapToObj(place -> TransferProcess.start(
                        names().get(place), uri, LOCKS.get(place), LOCKS.get((place + 1) % LOCKS.size()), files))
                .toList());
    }

    static List<String> names() {
        return IntStream.rangeClosed(1, LOCKS.size())
                .mapToObj(number -> "worker-" + number)
                .toList();
    }

    static List<String> locks() {
        return LOCKS;
    }

    List<TransferProcess> all() {
        return processes;
    }

    TransferProcess last() {
        return processes.get(processes.size() - 1);
    }

    /** Those whose wait was ended. */
    List<TransferProcess> victims() {
        return processes.stream()
                .filter(process -> process.hasTold(Kind.VICTIM))
                .toList();
    }

    /** From the beginning of the last wait until one was ended. */
    long millisToFind() {
        long found = victims().get(0).report(Kind.VICTIM).micros();
        return (found - last().report(Kind.WAITS).micros()) / 1000;
    }

    /** The process that holds the lock at the beginning. */
    TransferProcess holderOf(String lock) {
        return processes.get(LOCKS.indexOf(lock));
    }

    /** Blocks until it is so. A process that ends before its time, or a wait without end, ends the scene. */
    void await(String what, BooleanSupplier condition) {
        boolean came = Polling.until(PATIENCE, LOOK, () -> {
            boolean is = condition.getAsBoolean();
            requireNoneBroken();
            return is;
        });
        if (!came) {
            throw new SceneException("waited in vain for " + what);
        }
    }

    private void requireNoneBroken() {
        Optional<TransferProcess> broken = processes.stream()
                .filter(process -> process.hasEnded() && !process.hasEndedWell())
                .findFirst();
        broken.ifPresent(process -> {
            throw new SceneException(process.name() + " has ended by itself");
        });
    }

    @Override
    public void close() {
        processes.forEach(TransferProcess::kill);
    }
}
