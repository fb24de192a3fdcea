package dev.mortise.tests.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DeadlockException;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random owners of several clients hold and want random locks, by one clock. Whoever is granted what it waits for, or is
 * chosen to end a deadlock, lets go of all. So if every deadlock is found, all come to an end; and whoever was chosen must
 * have been in a deadlock, which {@link Oracle} says.
 */
final class RandomDeadlocksTest {
    private static final AcquireOptions NOW = AcquireOptions.noWait();
    private static final int SEEDS = 300;

    @ParameterizedTest
    @ValueSource(ints = {0, 300, 600, 900})
    void every_deadlock_is_found_and_nothing_else(int first) throws Exception {
        int victims = 0;
        int graphs = 0;
        for (int seed = first; seed < first + SEEDS; seed++) {
            int found = new World(seed).run();
            victims += found;
            graphs += found > 0 ? 1 : 0;
        }
        assertThat(graphs).as("graphs with a deadlock").isGreaterThan(SEEDS / 10);
        assertThat(victims).isLessThan(3 * SEEDS);
    }

    /** One graph, until nobody waits any more. */
    private static final class World {
        private final long seed;
        private final Random random;
        private final FakeTime time = new FakeTime();
        private final InMemoryServer server = new InMemoryServer(time::micros);
        private final List<Mortise> clients = new ArrayList<>();
        private final List<Party> parties = new ArrayList<>();
        private final Map<String, Integer> permits = new HashMap<>();
        private final Oracle oracle = new Oracle();

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            int processes = 1 + random.nextInt(3);
            for (int i = 0; i < processes; i++) {
                ClientConfig config = new ClientConfig(
                        "random", Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000, Duration.ZERO);
                clients.add(LockClient.open(new InMemoryLockStore(server), time, config, null));
            }
            int owners = 2 + random.nextInt(6);
            for (int i = 0; i < owners; i++) {
                parties.add(new Party("o" + i, clients.get(random.nextInt(processes))));
            }
        }

        int run() throws Exception {
            for (int i = 0; i < parties.size(); i++) {
                parties.get(i).hold(1 + random.nextInt(2));
            }
            for (Party party : parties) {
                party.await(random.nextInt(5) == 0 ? 2 : 1);
            }
            parties.stream().filter(party -> !party.waits()).forEach(Party::letGo);
            int victims = 0;
            for (int i = 0; i < 600 && parties.stream().anyMatch(Party::waits); i++) {
                time.advance(Duration.ofMillis(100));
                victims += settle();
            }
            assertThat(parties).as("seed %s: still waits: %s", seed, oracle).noneMatch(Party::waits);
            time.advance(Duration.ofSeconds(1));
            assertThat(server.locks()).as("seed %s", seed).isEmpty();
            return victims;
        }

        /** Lets those go on that have something new, until none has. */
        private int settle() {
            int victims = 0;
            boolean changes = true;
            while (changes) {
                time.runCallbacks();
                for (Party party : parties) {
                    if (party.isVictim()) {
                        victims++;
                        assertThat(oracle.isInDeadlock(party.name))
                                .as("seed %s: %s is in a deadlock of %s", seed, party.name, oracle)
                                .isTrue();
                    }
                }
                changes = false;
                for (Party party : parties) {
                    changes |= party.goOn();
                }
            }
            return victims;
        }

        /** An owner, and what it does. */
        private final class Party {
            final String name;
            private final Mortise client;
            private final List<Lease> held = new ArrayList<>();
            private final List<CompletableFuture<Lease>> waits = new ArrayList<>();

            Party(String name, Mortise client) {
                this.name = name;
                this.client = client;
            }

            void hold(int count) throws Exception {
                for (int i = 0; i < count; i++) {
                    Want want = want();
                    CompletableFuture<Lease> lease = want.start(client, options(NOW));
                    time.runCallbacks();
                    if (!lease.isCompletedExceptionally()) {
                        held.add(lease.get());
                        oracle.holds(name, want.lock(), want.permits(), want.capacity());
                    }
                }
            }

            void await(int count) {
                for (int i = 0; i < count; i++) {
                    Want want = want();
                    if (oracle.isHolder(name, want.lock())) {
                        // Who waits only for itself is in no deadlock, and would wait for ever.
                        continue;
                    }
                    oracle.wants(name, want.lock(), want.permits(), want.capacity());
                    waits.add(want.start(client, options(AcquireOptions.defaults())));
                }
            }

            private AcquireOptions options(AcquireOptions base) {
                return base.owner(Owner.of(name));
            }

            boolean waits() {
                return !waits.isEmpty();
            }

            boolean isVictim() {
                return waits.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .anyMatch(
                                wait -> wait.handle((lease, failure) -> failure).join() instanceof DeadlockException);
            }

            /** With the first that ended, whatever it was, it lets go of all. */
            boolean goOn() {
                if (waits.stream().noneMatch(CompletableFuture::isDone)) {
                    return false;
                }
                List<CompletableFuture<Lease>> mine = List.copyOf(waits);
                waits.clear();
                for (CompletableFuture<Lease> wait : mine) {
                    wait.whenComplete((lease, failure) -> {
                        if (lease != null) {
                            lease.releaseAsync();
                        }
                    });
                    wait.cancel(true);
                }
                letGo();
                return true;
            }

            void letGo() {
                oracle.goesOn(name);
                held.forEach(Lease::releaseAsync);
                held.clear();
            }
        }

        /** A lock of any kind; its name says which. */
        private Want want() {
            int number = random.nextInt(4);
            int all = permits.computeIfAbsent(
                    "lock" + number, name -> random.nextInt(3) == 0 ? 2 + random.nextInt(3) : 1);
            if (all > 1) {
                return new Want("s" + number, 1 + random.nextInt(all), all, false);
            }
            boolean isShared = number % 2 == 1;
            boolean reads = isShared && random.nextInt(3) > 0;
            return new Want((isShared ? "rw" : "m") + number, reads ? 1 : Oracle.ALL, Oracle.ALL, isShared);
        }
    }

    private record Want(String lock, int permits, int capacity, boolean isReadWrite) {
        CompletableFuture<Lease> start(Mortise client, AcquireOptions options) {
            if (lock.startsWith("s")) {
                return client.semaphore(lock, capacity).acquireAsync(permits, options);
            }
            if (!isReadWrite) {
                return client.lock(lock).acquireAsync(options);
            }
            return permits == 1
                    ? client.readWriteLock(lock).readLock().acquireAsync(options)
                    : client.readWriteLock(lock).writeLock().acquireAsync(options);
        }
    }
}
