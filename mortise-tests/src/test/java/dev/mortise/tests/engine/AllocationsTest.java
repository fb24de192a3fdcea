package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.time.FakeTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What the engine allocates on its hot paths, without what stands for the server, compiled or not. */
final class AllocationsTest {
    private static final int WARM = 2_000;
    private static final int CYCLES = 2_000;

    /** A little above what JDK 17 to 25 allocate, on 64 bits with compressed pointers. More needs a reason. */
    private static final long UNCONTENDED = 4_096;

    private static final long HANDED_ON = 3_072;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FakeTime time = new FakeTime();
    private final InMemoryLockStore store = new InMemoryLockStore(new InMemoryServer(time::micros));
    private final LockClient client = LockClient.open(
            store,
            time,
            new ClientConfig("allocations", Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000, Duration.ZERO),
            null);

    @Test
    void an_uncontended_cycle_allocates_no_more_than_before() {
        long whole = bytes(() -> client.lock("a").tryAcquire().orElseThrow().release());
        long byServer = bytes(() -> {
            store.acquire(new AcquireRequest(
                            "b", "c".repeat(22) + "-1", Shape.MUTEX, 1, 30_000, false, 0, new Tag("owner", ""), 100, 0))
                    .join();
            store.release("b", "c".repeat(22) + "-1", 1, 0).join();
        });
        assertThat(whole - byServer).as("bytes a cycle").isLessThanOrEqualTo(UNCONTENDED);
    }

    @Test
    void a_cycle_that_is_handed_on_in_the_client_allocates_no_more_than_before() {
        AtomicReference<CompletableFuture<Lease>> holder =
                new AtomicReference<>(client.lock("a").acquireAsync(AcquireOptions.defaults()));
        time.runCallbacks();
        long whole = bytes(() -> {
            CompletableFuture<Lease> waiter = client.lock("a").acquireAsync(AcquireOptions.defaults());
            Objects.requireNonNull(holder.get()).join().release();
            time.runCallbacks();
            holder.set(waiter);
        });
        assertThat(whole).as("bytes a cycle").isLessThanOrEqualTo(HANDED_ON);
    }

    private static long bytes(Runnable cycle) {
        for (int i = 0; i < WARM; i++) {
            cycle.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CYCLES; i++) {
            cycle.run();
        }
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / CYCLES;
    }
}
