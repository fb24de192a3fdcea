package dev.mortise.benchmarks;

import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client keeps leases alive; a cycle is one renewal of one lease, a third of the lease after the last. */
final class Keeping implements Cycle {
    /** Windows are longer by that than those of others, as little happens in them. */
    private static final int LONGER = 4;

    private final Rival client;
    private final long period;
    private final List<RivalLock> held = new ArrayList<>();

    /** So many leases of that length. */
    Keeping(Rival client, int leases, Duration lease) throws InterruptedException {
        this.client = client;
        this.period = lease.toNanos() / 3;
        for (int i = 0; i < leases; i++) {
            RivalLock lock = client.lock("kept-" + i);
            lock.acquire();
            held.add(lock);
        }
    }

    @Override
    public long run(long nanos) throws InterruptedException {
        long periods = Math.max(1, nanos * LONGER / period);
        TimeUnit.NANOSECONDS.sleep(periods * period);
        return periods * held.size();
    }

    @Override
    public void close() {
        try {
            held.forEach(RivalLock::release);
        } finally {
            client.close();
        }
    }
}
