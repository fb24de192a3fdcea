package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.rival.RivalLock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One thread acquires and releases what it need not wait for, alone or next to another client that holds it, too. */
final class Beside implements Cycle {
    private static final int NAMES = 100;

    private final List<RivalLock> locks = new ArrayList<>();
    private final List<RivalLock> others = new ArrayList<>();
    private final Runnable disconnect;

    private Beside(Runnable disconnect) {
        this.disconnect = disconnect;
    }

    /** Nobody else uses it. */
    static Beside nobody(Function<String, RivalLock> lock, Runnable disconnect) {
        Beside alone = new Beside(disconnect);
        for (int i = 0; i < NAMES; i++) {
            alone.locks.add(lock.apply(name(i)));
        }
        return alone;
    }

    /** The other client holds it all the time. */
    static Beside another(Function<String, RivalLock> lock, Function<String, RivalLock> other, Runnable disconnect)
            throws InterruptedException {
        Beside beside = nobody(lock, disconnect);
        for (int i = 0; i < NAMES; i++) {
            RivalLock held = other.apply(name(i));
            held.acquire();
            beside.others.add(held);
        }
        return beside;
    }

    @Override
    public long run(long nanos) throws InterruptedException {
        RivalLock lock = locks.get(0);
        long end = System.nanoTime() + nanos;
        long cycles = 0;
        do {
            lock.acquire();
            lock.release();
            cycles++;
        } while (System.nanoTime() < end);
        return cycles;
    }

    @Override
    public int partCount() {
        return NAMES;
    }

    @Override
    public Map<String, RequestCount.Action> parts() {
        Map<String, RequestCount.Action> parts = new LinkedHashMap<>();
        parts.put("acquire", () -> {
            for (RivalLock lock : locks) {
                lock.acquire();
            }
        });
        parts.put("release", () -> locks.forEach(RivalLock::release));
        return parts;
    }

    @Override
    public void close() {
        others.forEach(RivalLock::release);
        disconnect.run();
    }

    private static String name(int i) {
        return "server-" + i;
    }
}
