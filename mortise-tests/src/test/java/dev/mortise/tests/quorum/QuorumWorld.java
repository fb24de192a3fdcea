package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.world.ClientTime;
import dev.mortise.tests.world.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Some nodes, some clients that want one lock all the time, and everything that may go wrong between them. The clocks of the
 * nodes differ, in time and in rate. At the end all is whole again, everybody gets the lock, and nothing is left.
 */
final class QuorumWorld {
    static final Duration LEASE = Duration.ofSeconds(12);
    static final Duration QUIET = Duration.ofSeconds(13);

    private static final String LOCK = "lock";
    private static final int STEPS = 120;
    private static final double MOST_DRIFT = 0.003;
    private static final long MOST_OFFSET = 4_000_000;

    final FakeTime time;

    private final Random random;
    private final Duration quiet;
    private final boolean sharing;
    private final List<InMemoryServer> nodes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<Held> all = new ArrayList<>();
    private final List<AssertionError> violations = new ArrayList<>();
    private boolean ending;
    private int waits;
    private int grants;
    private long greatestOfAll;
    private long greatestOfWriters;

    QuorumWorld(long seed) {
        this(seed, QUIET);
    }

    /** @param quiet how long a node gives no votes that may have lost some */
    QuorumWorld(long seed, Duration quiet) {
        this.quiet = quiet;
        this.time = new FakeTime(seed);
        this.random = new Random(seed);
        this.sharing = random.nextInt(3) == 0;
        int count = random.nextBoolean() ? 3 : 5;
        for (int i = 0; i < count; i++) {
            nodes.add(new InMemoryServer(
                    clock(random.nextLong(MOST_OFFSET), 1 + MOST_DRIFT * (random.nextDouble() - 0.5))));
        }
        int many = 2 + random.nextInt(3);
        for (int i = 0; i < many; i++) {
            clients.add(new Client(i));
        }
    }

    private LongSupplier clock(long offset, double rate) {
        long start = time.micros();
        return () -> start + offset + (long) ((time.micros() - start) * rate);
    }

    int grants() {
        return grants;
    }

    /** To the end. */
    void run() {
        clients.forEach(Client::begin);
        for (int step = 0; step < STEPS; step++) {
            clients.forEach(Client::act);
            if (random.nextInt(6) == 0) {
                mishap();
            }
            pass(random.nextInt(4) == 0 ? random.nextLong(1_500) : random.nextLong(60));
        }
        heal();
        for (int i = 0; i < 1_200 && waits > 0; i++) {
            pass(100);
        }
        assertThat(waits).as("who still waits, 2 min after all is whole again").isZero();
        for (int i = 0; i < 15; i++) {
            pass(2_000);
        }
        // Whoever uses the lock next clears away what those who crashed have left.
        clients.stream()
                .filter(client -> !client.crashed)
                .findFirst()
                .orElseThrow()
                .want();
        for (int i = 0; i < 10; i++) {
            pass(1_000);
        }
        assertThat(waits).isZero();
        for (InMemoryServer node : nodes) {
            assertThat(node.describe(LOCK)).as("what is left on a node").isEmpty();
        }
        for (Client client : clients) {
            assertThat(client.crashed ? 0 : client.store.acquires())
                    .as("what a client remembers")
                    .isZero();
            assertThat(client.crashed ? 0 : client.store.outbox())
                    .as("what is still to be told")
                    .isZero();
        }
    }

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
        for (AssertionError violation : violations) {
            throw violation;
        }
    }

    private void mishap() {
        InMemoryServer node = nodes.get(random.nextInt(nodes.size()));
        Client client = clients.get(random.nextInt(clients.size()));
        Wire wire = client.wires.get(random.nextInt(nodes.size()));
        switch (random.nextInt(10)) {
            case 0 -> node.restart(InMemoryServer.Snapshot.empty());
            case 1 -> node.restart(node.snapshot());
            case 2 -> {
                InMemoryServer.Snapshot old = node.snapshot();
                time.schedule(random.nextLong(2_000_000_000L), () -> {
                    if (!ending) {
                        node.restart(old);
                    }
                });
            }
            case 3, 4 -> wire.store().disconnect();
            case 5 -> wire.store().loseInbox();
            case 6 -> client.crash();
            case 7 -> client.wires.forEach(each -> each.trouble(random.nextInt(3) * 0.1));
            case 8 -> wire.trouble(0.9);
            default -> client.leaveAll();
        }
    }

    private void heal() {
        ending = true;
        clients.forEach(Client::heal);
    }

    private void granted(Held held) {
        grants++;
        Lease lease = held.lease;
        for (Held other : all) {
            if (other.lease.isValid() && !(other.shared && held.shared)) {
                throw new AssertionError(other + " and " + held + " are valid at once");
            }
        }
        assertThat(lease.fencingToken())
                .as("token of a grant after others")
                .isGreaterThan(held.shared ? greatestOfWriters : greatestOfAll);
        assertThat(all.stream().map(other -> other.lease.fencingToken()))
                .as("tokens that had others")
                .doesNotContain(lease.fencingToken());
        greatestOfAll = Math.max(greatestOfAll, lease.fencingToken());
        greatestOfWriters = held.shared ? greatestOfWriters : lease.fencingToken();
        all.add(held);
    }

    private record Held(Lease lease, boolean shared, int client) {}

    private final class Client {
        private final int number;
        private final ClientTime clock = new ClientTime(time, random.nextLong(MOST_OFFSET));
        private final List<Wire> wires = new ArrayList<>();
        private final QuorumStore store;
        private final QuorumClient client;
        private final Map<Integer, CompletableFuture<Lease>> wanted = new LinkedHashMap<>();
        private int requests;
        private boolean crashed;

        Client(int number) {
            this.number = number;
            Map<String, VotingStore> ends = new LinkedHashMap<>();
            for (InMemoryServer node : nodes) {
                Wire wire = new Wire(node, clock, random, quiet);
                wires.add(wire);
                ends.put("node" + wires.size(), wire.end());
            }
            store = new QuorumStore(ends, clock, QuorumSettings.defaults());
            ClientConfig config =
                    new ClientConfig("client" + number, LEASE, Duration.ofSeconds(2), 10_000, QUIET, 0, Duration.ZERO);
            client = QuorumClient.open(store, clock, config, null);
        }

        void begin() {
            wires.forEach(Wire::begin);
            double trouble = random.nextInt(4) * 0.04;
            wires.forEach(wire -> wire.trouble(trouble));
        }

        void act() {
            if (crashed) {
                return;
            }
            if (wanted.size() < 2 && random.nextInt(3) == 0) {
                want();
            }
            for (Wire wire : wires) {
                if (random.nextInt(15) == 0) {
                    wire.store().reconnect();
                }
            }
        }

        private void want() {
            boolean shared = sharing && random.nextInt(3) > 0;
            DistributedLock lock = client.lock(LOCK);
            if (sharing) {
                lock = shared
                        ? client.readWriteLock(LOCK).readLock()
                        : client.readWriteLock(LOCK).writeLock();
            }
            AcquireOptions how = AcquireOptions.defaults();
            switch (random.nextInt(6)) {
                case 0 -> how = AcquireOptions.noWait();
                case 1 -> how = AcquireOptions.waitUpTo(Duration.ofMillis(1 + random.nextLong(5_000)));
                default -> {}
            }
            CompletableFuture<Lease> future = lock.acquireAsync(how);
            int request = requests++;
            wanted.put(request, future);
            waits++;
            future.whenComplete((lease, failure) -> {
                wanted.remove(request);
                if (crashed) {
                    return;
                }
                waits--;
                if (failure == null) {
                    try {
                        granted(new Held(lease, shared, number));
                    } catch (AssertionError e) {
                        violations.add(e);
                    }
                    long hold = !ending && random.nextInt(12) == 0 ? random.nextLong(20_000) : random.nextLong(80);
                    clock.schedule(hold * 1_000_000, lease::releaseAsync);
                }
            });
        }

        void leaveAll() {
            if (!crashed) {
                List.copyOf(wanted.values()).forEach(future -> future.cancel(false));
            }
        }

        void crash() {
            if (!crashed && clients.stream().filter(each -> !each.crashed).count() > 1 && random.nextInt(3) == 0) {
                crashed = true;
                waits -= wanted.size();
                clock.close();
                wires.forEach(Wire::cut);
            }
        }

        void heal() {
            if (!crashed) {
                wires.forEach(wire -> {
                    wire.trouble(0);
                    wire.store().reconnect();
                });
            }
        }
    }
}
