package dev.mortise.tests.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockProvider;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a client remembers is of what is under way, and not of what was: after much traffic it is as much as after little. */
final class GrowthTest extends OnFakeTime {
    private static final int CYCLES = 100_000;

    /** Longer than anything is remembered that may come late. */
    private static final long LATEST = Duration.ofMinutes(25).toMillis();

    @Test
    void a_hundred_thousand_cycles_leave_nothing_in_a_client() {
        stays(client, CYCLES, this::cycle);
    }

    @Test
    void locks_that_are_new_each_time_leave_no_more_than_the_tokens_of_the_latest() {
        for (int i = 0; i < CYCLES; i++) {
            had(client.lock("new" + i).acquireAsync(ANY)).release();
        }
        assertThat(sizes(client).keySet()).isSubsetOf("TokenFloors.young", "TokenFloors.old", "UnderWay.registers");
        assertThat(sizes(client).values()).allMatch(size -> size <= 8192);
    }

    @Test
    void acquires_in_an_outage_leave_nothing_to_be_repeated() {
        had(client.lock("a").acquireAsync(ANY)).release();
        pass(LATEST);
        Map<String, Integer> before = sizes(client);
        int timers = time.timers();
        store.disconnect();
        for (int i = 0; i < 500; i++) {
            AcquireOptions options = ANY.untilReleased();
            client.lock("a").acquireAsync(options);
            client.readWriteLock("b").readLock().acquireAsync(options).cancel(true);
            client.semaphore("c", 3).tryAcquireAsync(1, AcquireOptions.noWait());
        }
        pass(TIMEOUT.toMillis() + 1_000);
        assertThat(sizes(client)).isEqualTo(before);
        assertThat(time.timers()).isEqualTo(timers);
    }

    @Test
    void cycles_on_a_quorum_leave_nothing_in_a_client() {
        Nodes nodes = new Nodes();
        stays(nodes.client, CYCLES / 5, i -> {
            CompletableFuture<Lease> waiter = null;
            Lease lease = had(nodes.client.lock("a").acquireAsync(ANY));
            if (i % 10 == 0) {
                waiter = nodes.client.lock("a").acquireAsync(ANY);
                pass(1);
            }
            if (i % 50 == 0) {
                nodes.wires.get(i % 3).faults().loseNextRequest(StoreOperation.VOTE);
                nodes.client.lock("a").tryAcquireAsync(AcquireOptions.noWait());
            }
            lease.release();
            if (waiter != null && !waiter.cancel(true)) {
                had(waiter).release();
            }
        });
    }

    private void stays(LockProvider tested, int cycles, IntConsumer cycle) {
        for (int i = 0; i < 1_000; i++) {
            cycle.accept(i);
        }
        pass(LATEST);
        Map<String, Integer> before = sizes(tested);
        int timers = time.timers();
        for (int i = 0; i < cycles; i++) {
            cycle.accept(i);
            events.clear();
        }
        pass(LATEST);
        assertThat(sizes(tested)).isEqualTo(before);
        assertThat(time.timers()).isEqualTo(timers);
    }

    /** Each of them ends with nothing held; some with a request of which nothing was heard. */
    private void cycle(int i) {
        String name = "lock" + i % 16;
        switch (i % 20) {
            case 0 -> {
                Lease held = had(other.lock(name).acquireAsync(ANY));
                CompletableFuture<Lease> waiter = client.lock(name).acquireAsync(ANY);
                held.release();
                had(waiter).release();
            }
            case 1 -> {
                Lease held = had(other.lock(name).acquireAsync(ANY));
                client.lock(name).acquireAsync(ANY).cancel(true);
                client.lock(name).tryAcquireAsync(AcquireOptions.noWait());
                held.release();
            }
            case 2 -> {
                DistributedReadWriteLock lock = client.readWriteLock("rw" + name);
                Lease reader = had(lock.readLock().acquireAsync(ANY));
                Lease second = had(lock.readLock().acquireAsync(ANY));
                CompletableFuture<Lease> writer = lock.writeLock().acquireAsync(ANY);
                reader.release();
                second.release();
                had(writer).release();
            }
            case 3 -> had(client.semaphore("s" + name, 5).acquireAsync(2, ANY)).release();
            case 4 -> had(client.allOf(name, "other" + name).acquireAsync(ANY)).release();
            case 5 -> {
                store.faults().loseNextRequest(StoreOperation.ACQUIRE);
                CompletableFuture<Lease> acquire = client.lock(name).acquireAsync(ANY);
                pass(20);
                had(acquire).release();
            }
            case 6 -> {
                store.faults().dropNextReply(StoreOperation.RELEASE);
                had(client.lock(name).acquireAsync(ANY)).releaseAsync();
                pass(100);
            }
            case 7 -> {
                Lease first = had(client.lock(name).acquireAsync(ANY));
                CompletableFuture<Lease> second = client.lock(name).acquireAsync(ANY);
                first.release();
                had(second).release();
            }
            case 8 -> {
                if (i % 400 == 8) {
                    store.disconnect();
                    CompletableFuture<Lease> acquire = client.lock(name).acquireAsync(ANY);
                    pass(100);
                    store.reconnect();
                    pass(1_000);
                    had(acquire).release();
                }
            }
            case 9 -> {
                if (i % 200 == 9) {
                    Lease lease = had(client.lock(name).acquireAsync(ANY));
                    other.adopt(client.adopt(lease.detach()).detach()).release();
                }
            }
            default -> had(client.lock(name).acquireAsync(ANY)).release();
        }
        if (i % 100 == 0) {
            pass(10);
        }
    }

    private Map<String, Integer> sizes(LockProvider of) {
        time.runCallbacks();
        return Sizes.of(of);
    }

    /** A quorum, and a client of it. */
    private final class Nodes {
        private final List<InMemoryLockStore> wires = IntStream.range(0, 3)
                .mapToObj(i -> new InMemoryLockStore(new InMemoryServer(time::micros)))
                .toList();

        private final QuorumClient client = QuorumClient.open(
                new QuorumStore(
                        Map.of("node1", wires.get(0), "node2", wires.get(1), "node3", wires.get(2)),
                        time,
                        QuorumSettings.defaults()),
                time,
                new ClientConfig("quorum", LEASE, TIMEOUT, 10_000, Duration.ZERO),
                (LockEvent event) -> {});
    }
}
