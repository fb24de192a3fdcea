package dev.mortise.faults.traffic;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockException;
import dev.mortise.LockProvider;
import dev.mortise.Owner;
import dev.mortise.faults.check.Miss;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread of a worker: takes a lock, changes what it protects, gives it back, until interrupted. */
final class Traffic implements Runnable {
    /** Who is killed has told how long its lease was valid. */
    private static final long TOLD_EVERY = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Duration REGISTER_PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final LockProvider mortise;
    private final WorkerPlan plan;
    private final UnguardedCounters counters;
    private final Journal journal;
    private final SplittableRandom random;
    private final boolean isLong;
    private @Nullable RespClient register;

    Traffic(
            String name,
            LockProvider mortise,
            WorkerPlan plan,
            UnguardedCounters counters,
            Journal journal,
            long seed,
            boolean isLong) {
        this.name = name;
        this.mortise = mortise;
        this.plan = plan;
        this.counters = counters;
        this.journal = journal;
        this.random = new SplittableRandom(seed);
        this.isLong = isLong;
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                once(isLong ? WorkerPlan.LOCKS - 1 : random.nextInt(WorkerPlan.LOCKS - 1));
                Thread.sleep(random.nextInt(isLong ? 50 : 4));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private void once(int index) throws InterruptedException {
        String lock = WorkerPlan.lock(index);
        long asked = System.nanoTime();
        journal.asked(name, lock, asked);
        Optional<Lease> granted;
        try {
            granted = mortise.lock(lock)
                    .tryAcquire(AcquireOptions.waitUpTo(plan.lease().multipliedBy(8))
                            .owner(Owner.of(name)));
        } catch (LockException e) {
            journal.missed(name, lock, e.getClass().getSimpleName(), System.nanoTime());
            Thread.sleep(10);
            return;
        }
        long now = System.nanoTime();
        if (granted.isEmpty()) {
            journal.missed(name, lock, Miss.TIMEOUT, now);
            return;
        }
        Lease lease = granted.get();
        // A process that stood still since the grant may come here with a lease that is over: then there is nothing it
        // could do under it. A lease that is valid now was so at each moment before, since it was had.
        long valid = lease.isValid() ? now : 0;
        journal.got(name, lock, lease.id(), lease.fencingToken(), now, valid);
        try {
            valid = valid == 0 ? 0 : work(lease, lock, index, now);
        } finally {
            journal.ended(name, lock, valid, lease.release().name(), System.nanoTime());
        }
    }

    /** The last moment at which the lease was valid. */
    private long work(Lease lease, String lock, int index, long got) throws InterruptedException {
        changeRegister(lease, lock);
        long count = counters.get(index);
        long until = got + holdNanos();
        long valid = got;
        long told = got;
        do {
            Thread.sleep(0, 200_000);
            long now = System.nanoTime();
            if (!lease.isValid()) {
                return valid;
            }
            valid = now;
            if (valid - told >= TOLD_EVERY) {
                journal.valid(name, lock, valid);
                told = valid;
            }
        } while (valid < until);
        counters.set(index, count + 1);
        journal.counted(name, lock);
        long now = System.nanoTime();
        return lease.isValid() ? now : valid;
    }

    private long holdNanos() {
        long lease = plan.lease().toNanos();
        return isLong ? lease / 4 + random.nextLong(lease) : random.nextLong(3_000_000);
    }

    /** What comes too late is refused there; a register that cannot be reached says nothing about the lock. */
    private void changeRegister(Lease lease, String lock) {
        try {
            if (register == null) {
                register = RespClient.connect("127.0.0.1", plan.registerPort(), REGISTER_PATIENCE);
            }
            Register number = new Register(register, lock);
            long value = number.read(lease.fencingToken(), lease.id());
            if (value >= 0) {
                number.write(lease.fencingToken(), lease.id(), value + 1);
            }
        } catch (UncheckedIOException | RespErrorException e) {
            disconnect();
        }
    }

    private void disconnect() {
        if (register != null) {
            register.close();
            register = null;
        }
    }
}
