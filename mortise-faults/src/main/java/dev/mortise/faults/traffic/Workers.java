package dev.mortise.faults.traffic;

import dev.mortise.LockProvider;
import dev.mortise.faults.check.Life;
import dev.mortise.faults.check.Miss;
import dev.mortise.faults.check.RecordedHold;
import dev.mortise.faults.check.RegisterEntry;
import dev.mortise.faults.place.ProxiedServers;
import dev.mortise.faults.place.Site;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.resp.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/** All workers of a run, and what they and their resources know in the end. One thread calls. */
public final class Workers implements AutoCloseable {
    private final WorkerPlan plan;
    private final HistoryRecorder recorder = new HistoryRecorder();
    private final SplittableRandom random;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final List<String> disorders = new ArrayList<>();
    private int started;

    public Workers(WorkerPlan plan, int size, SplittableRandom random) throws InterruptedException {
        this.plan = plan;
        this.random = random;
        for (int i = 0; i < size; i++) {
            hire();
        }
        for (Worker worker : workers) {
            worker.awaitReady();
        }
    }

    public List<Worker> workers() {
        return List.copyOf(workers);
    }

    public Worker any() {
        return workers.get(random.nextInt(workers.size()));
    }

    /** Kills one; another one takes its place. Blocks until that works. */
    public void replace(Worker worker) throws InterruptedException {
        worker.kill();
        lives.add(worker.life());
        workers.remove(worker);
        hire().awaitReady();
    }

    /** Everybody finishes in order. */
    public void finish() throws IOException {
        for (Worker worker : List.copyOf(workers)) {
            if (!worker.finish()) {
                disorders.add(worker.name() + " did not end in order");
            }
            workers.remove(worker);
            lives.add(worker.life());
        }
        disorders.addAll(recorder.strays());
    }

    /** What is there when everybody has gone and every lease of the killed is over; waits for tombstones to end. */
    public List<String> keysLeft(ProxiedServers place) throws InterruptedException {
        try (LockProvider last = plan.open("last", event -> {})) {
            for (String lock : WorkerPlan.locks()) {
                last.lock(lock)
                        .acquire(plan.lease()
                                .plus(plan.kind().quiet(plan.lease()))
                                .plus(Duration.ofSeconds(10)))
                        .close();
            }
        }
        Polling.until(
                plan.lease().plus(Duration.ofSeconds(5)), () -> lockKeys(place).isEmpty());
        return lockKeys(place);
    }

    /** What the fenced registers accepted. */
    public List<RegisterEntry> register(RedisProcess registers) {
        try (RespClient redis = registers.connect()) {
            List<RegisterEntry> entries = new ArrayList<>();
            for (String lock : WorkerPlan.locks()) {
                entries.addAll(new Register(redis, lock).log());
            }
            return entries;
        }
    }

    public long counters() throws IOException {
        return new UnguardedCounters(Path.of(plan.counters())).sum();
    }

    public long counted() {
        return recorder.counted();
    }

    public List<RecordedHold> holds() {
        return recorder.holds();
    }

    public List<Miss> misses() {
        return recorder.misses();
    }

    public List<Life> lives() {
        return List.copyOf(lives);
    }

    /** Workers that ended by themselves, and lines nobody understands. */
    public List<String> disorders() {
        return List.copyOf(disorders);
    }

    @Override
    public void close() {
        workers.forEach(Worker::kill);
    }

    private Worker hire() {
        Worker worker = Worker.start("w" + started++, plan, random.nextLong(1L << 40), recorder);
        workers.add(worker);
        return worker;
    }

    /** Heartbeats of killed clients end by themselves. */
    private static List<String> lockKeys(ProxiedServers place) {
        List<String> keys = new ArrayList<>();
        for (Site site : place.sites()) {
            try (RespClient redis = site.server().connect()) {
                for (Object key : (List<?>) Objects.requireNonNull(redis.command("KEYS", "mortise:{*"))) {
                    keys.add(String.valueOf(key));
                }
            }
        }
        return keys;
    }
}
