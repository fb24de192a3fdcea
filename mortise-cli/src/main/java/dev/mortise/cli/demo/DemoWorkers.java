package dev.mortise.cli.demo;

import dev.mortise.cli.demo.WorkerProcess.State;
import dev.mortise.cli.demo.scene.SceneException;
import dev.mortise.cli.demo.scene.SceneFiles;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** All workers. */
final class DemoWorkers implements AutoCloseable {
    private final List<WorkerProcess> workers;

    private DemoWorkers(List<WorkerProcess> workers) {
        this.workers = workers;
    }

    static DemoWorkers start(int size, String uri, SceneFiles files, Ledger ledger) {
        return new DemoWorkers(IntStream.rangeClosed(1, size)
                .mapToObj(number -> WorkerProcess.start(name(number), uri, files, ledger))
                .toList());
    }

    static String name(int number) {
        return "worker-" + number;
    }

    List<WorkerProcess> all() {
        return workers;
    }

    WorkerProcess get(int index) {
        return workers.get(index);
    }

    /** All that are not killed. */
    void order(WorkerCommand order) {
        workers.stream().filter(worker -> worker.state() != State.KILLED).forEach(worker -> worker.order(order));
    }

    void awaitIdle() {
        await(
                "all workers to be idle",
                () -> workers.stream()
                        .allMatch(worker -> worker.state() == State.IDLE || worker.state() == State.KILLED));
    }

    /** Blocks until it is so; a worker that ends by itself, or a wait without end, ends the demo. */
    void await(String what, BooleanSupplier condition) {
        boolean came = Polling.until(Timing.PATIENCE, () -> {
            requireAlive();
            return condition.getAsBoolean();
        });
        if (!came) {
            throw new SceneException("waited in vain for " + what);
        }
    }

    /** Lets them work. */
    void work(Duration time) {
        Polling.until(time, () -> {
            requireAlive();
            return false;
        });
    }

    private void requireAlive() {
        workers.stream().filter(WorkerProcess::isBroken).findFirst().ifPresent(worker -> {
            throw new SceneException(worker.name() + " has ended by itself");
        });
    }

    @Override
    public void close() {
        workers.forEach(WorkerProcess::kill);
    }
}
