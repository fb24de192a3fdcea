package dev.mortise.tests.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLostException;
import dev.mortise.LeaseTicket;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import dev.mortise.tests.Resource;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that can be done with a lock, mixed at random, by three clients with 16 threads each. Nothing is held by two,
 * tokens increase, everything ends, and nothing is left.
 */
final class HandOffStressTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final int CLIENTS = 3;
    private static final int THREADS = 16;
    private static final int TURNS = 60;
    private static final AcquireOptions ANY = AcquireOptions.defaults();

    private final Resource resource = new Resource();
    private final List<Mortise> clients = new ArrayList<>();
    private final AtomicInteger held = new AtomicInteger();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_lock(boolean force) throws Exception {
        run(force, false);
    }

    @Test
    void a_read_write_lock() throws Exception {
        run(false, true);
    }

    private void run(boolean force, boolean shares) throws Exception {
        loadScripts();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(closing(builder().build()));
        }
        try (Interrupter interrupter = new Interrupter()) {
            List<CompletableFuture<Boolean>> workers = IntStream.range(0, CLIENTS * THREADS)
                    .mapToObj(i -> {
                        Worker worker = new Worker(i, force, shares, interrupter);
                        return inThread(() -> {
                            worker.work();
                            return true;
                        });
                    })
                    .toList();
            // The first that fails may hold what all others wait for.
            CompletableFuture<Void> all = CompletableFuture.allOf(workers.toArray(CompletableFuture<?>[]::new));
            workers.forEach(worker -> worker.exceptionally(failure -> all.completeExceptionally(failure)));
            all.get(4 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        System.out.println("FIGURES | local hand-off under stress" + (force ? " with force" : shares ? ", shared" : "")
                + " | " + held.get() + " leases, " + resource.figures());
        assertThat(resource.faults(force)).isEmpty();
        assertThat(held.get()).isGreaterThan(CLIENTS * THREADS * TURNS / 2);
        DistributedLock lock = clients.get(0).lock("stress");
        until("nobody has it", () -> !lock.isLocked());
        assertThat(lock.inspect().waiters()).isEmpty();
        // Whom force or a withdrawal has ended is remembered for a while, and then it is gone.
        for (String key : lockKeys()) {
            assertThat((Long) server().command("PTTL", key)).isNotEqualTo(-1);
        }
        until("no queue is left", () -> clients.stream().allMatch(client -> ((LockClient) client).queues() == 0));
    }

    private final class Worker {
        private final Random random;
        private final Mortise client;
        private final Mortise neighbour;
        private final DistributedLock lock;
        private final DistributedReadWriteLock both;
        private final boolean force;
        private final boolean shares;
        private final Interrupter interrupter;

        Worker(int number, boolean force, boolean shares, Interrupter interrupter) {
            this.random = new Random(number);
            this.client = clients.get(number % CLIENTS);
            this.neighbour = clients.get((number + 1) % CLIENTS);
            this.lock = client.lock("stress");
            this.both = client.readWriteLock("stress");
            this.force = force;
            this.shares = shares;
            this.interrupter = interrupter;
        }

        void work() throws Exception {
            for (int turn = 0; turn < TURNS; turn++) {
                boolean shared = shares && random.nextInt(3) > 0;
                try {
                    turn(!shares ? lock : shared ? both.readLock() : both.writeLock(), shared);
                } catch (LockUnavailableException | ExecutionException e) {
                    if (!force || !String.valueOf(e.getMessage()).contains("ended by force")) {
                        throw e;
                    }
                }
            }
        }

        /** Whom force ends between its grant and its entry has no lease to lose, and hears that from its acquire. */
        private void turn(DistributedLock wanted, boolean shared) throws Exception {
            switch (random.nextInt(14)) {
                case 0 -> use(wanted.tryAcquire(), shared);
                case 1 -> use(wanted.tryAcquire(Duration.ofNanos(1 + random.nextInt(3_000_000))), shared);
                case 2 -> interrupted(wanted, shared);
                case 3 -> cancelled(wanted, shared);
                case 4 -> adopted(wanted, shared);
                case 5 -> extended(wanted, shared);
                case 6 -> use(wanted.acquire(fixed(400 + random.nextInt(600))), shared);
                case 7 -> use(wanted.acquire(ANY.untilReleased()), shared);
                case 8 -> use(wanted.acquire(ANY.lease(Duration.ofSeconds(6))), shared);
                case 9 -> use(wanted.acquireAsync(ANY).get(), shared);
                case 10 -> byThread(wanted);
                case 11 -> rarely(wanted, shared);
                default -> use(wanted.acquire(), shared);
            }
        }

        private void rarely(DistributedLock wanted, boolean shared) throws Exception {
            if (force && random.nextInt(4) == 0) {
                client.admin().forceRelease("stress", "at random");
            } else if (random.nextInt(20) == 0) {
                Lease forgotten = wanted.acquire(fixed(100));
                try {
                    resource.use(forgotten, shared);
                    forgotten.lost().toCompletableFuture().join();
                } finally {
                    // Dropped earlier, it would be let go without a loss.
                    Reference.reachabilityFence(forgotten);
                }
            } else {
                use(wanted.acquire(ANY.maxHold(Duration.ofSeconds(5))), shared);
            }
        }

        private void interrupted(DistributedLock wanted, boolean shared) throws Exception {
            Interrupter.Order order = interrupter.after(random.nextInt(3_000));
            try {
                use(wanted.acquire(), shared);
            } catch (InterruptedException expected) {
                // That is what was ordered.
            } finally {
                order.done();
            }
        }

        private void cancelled(DistributedLock wanted, boolean shared) throws Exception {
            CompletableFuture<Lease> asked = wanted.acquireAsync(ANY);
            if (random.nextBoolean()) {
                Thread.onSpinWait();
            }
            if (!asked.cancel(true)) {
                use(asked.get(), shared);
            }
        }

        private void adopted(DistributedLock wanted, boolean shared) throws Exception {
            Lease lease = wanted.acquire();
            resource.use(lease, shared);
            try {
                LeaseTicket ticket = lease.detach();
                Lease theirs = neighbour.adopt(ticket);
                assertThat(theirs.fencingToken()).isEqualTo(lease.fencingToken());
                use(theirs, shared);
            } catch (LeaseLostException lost) {
                assertThat(force).as("nobody has forced it: %s", lost).isTrue();
            }
        }

        private void extended(DistributedLock wanted, boolean shared) throws Exception {
            try (Lease lease = wanted.acquire()) {
                resource.use(lease, shared);
                lease.extend(Duration.ofMillis(6_000 + random.nextInt(60_000)));
                use(lease, shared);
            } catch (LeaseLostException lost) {
                assertThat(force).as("nobody has forced it: %s", lost).isTrue();
            }
        }

        private void byThread(DistributedLock wanted) {
            try {
                wanted.asLock().lock();
                wanted.asLock().lock();
                wanted.asLock().unlock();
                wanted.asLock().unlock();
            } catch (LeaseLostException lost) {
                assertThat(force).as("nobody has forced it: %s", lost).isTrue();
                while (isHeldByThread(wanted)) {
                    Thread.onSpinWait();
                }
            }
        }

        private boolean isHeldByThread(DistributedLock wanted) {
            try {
                wanted.asLock().unlock();
                return true;
            } catch (LeaseLostException lost) {
                return true;
            } catch (IllegalMonitorStateException no) {
                return false;
            }
        }

        private void use(Optional<Lease> lease, boolean shared) {
            lease.ifPresent(had -> use(had, shared));
        }

        private void use(Lease lease, boolean shared) {
            resource.use(lease, shared);
            if (random.nextInt(4) == 0) {
                Thread.onSpinWait();
                resource.use(lease, shared);
            }
            lease.close();
            held.incrementAndGet();
        }

        private AcquireOptions fixed(long millis) {
            return ANY.lease(Duration.ofMillis(millis)).renewal(Renewal.OFF);
        }
    }

    /** Interrupts threads a little later. */
    private static final class Interrupter implements AutoCloseable {
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

        Order after(long micros) {
            Order order = new Order(Thread.currentThread());
            timer.schedule(order::interrupt, micros, TimeUnit.MICROSECONDS);
            return order;
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }

        static final class Order {
            private final Thread thread;
            private final CountDownLatch carriedOut = new CountDownLatch(1);

            Order(Thread thread) {
                this.thread = thread;
            }

            void interrupt() {
                thread.interrupt();
                carriedOut.countDown();
            }

            /** No interrupt comes after this. */
            void done() {
                boolean waits = true;
                while (waits) {
                    try {
                        carriedOut.await();
                        waits = false;
                    } catch (InterruptedException itIsHere) {
                        Thread.onSpinWait();
                    }
                }
                Thread.interrupted();
            }
        }
    }
}
