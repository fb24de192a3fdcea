package dev.mortise.tests.quorum;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Quorums without the engine above: readers and writers that downgrade, adopt each other's leases, renew and leave. */
final class StoreWorld {
    static final String LOCK = "lock";
    static final long LEASE = Long.getLong("lease", 6_000);
    static final Duration QUIET = Duration.ofMillis(Long.getLong("quiet", 11_000));
    static final long MS = 1_000_000;

    final FakeTime time;
    final Random random;
    final List<InMemoryServer> nodes = new ArrayList<>();
    final List<Client> clients = new ArrayList<>();
    final List<Held> all = new ArrayList<>();
    long greatest;
    long greatestWriter;
    int grants;
    int downgrades;
    int adoptions;

    @Nullable
    AssertionError violation;

    boolean calm;

    StoreWorld(long seed) {
        time = new FakeTime(seed);
        random = new Random(seed);
        int count = random.nextInt(3) == 0 ? 5 : random.nextInt(4) == 0 ? 4 : 3;
        for (int i = 0; i < count; i++) {
            nodes.add(new InMemoryServer(clock(random.nextLong(4_000_000), 1 + 0.003 * (random.nextDouble() - 0.5))));
        }
        for (int i = 0; i < 3; i++) {
            clients.add(new Client("" + (char) ('a' + i)));
        }
    }

    private LongSupplier clock(long offset, double rate) {
        long start = time.micros();
        return () -> start + offset + (long) ((time.micros() - start) * rate);
    }

    void run() {
        clients.forEach(client -> client.wires.forEach(Wire::begin));
        for (int step = 0; step < 250; step++) {
            for (Client client : clients) {
                if (random.nextInt(3) == 0) {
                    client.want();
                }
                client.wires.forEach(wire -> {
                    if (random.nextInt(12) == 0) {
                        wire.store().reconnect();
                    }
                });
            }
            if (random.nextInt(25) == 0) {
                mishap();
            }
            time.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextLong(2_000) : random.nextLong(80)));
            if (violation != null) {
                throw violation;
            }
        }
    }

    private void mishap() {
        InMemoryServer node = nodes.get(random.nextInt(nodes.size()));
        Client client = clients.get(random.nextInt(clients.size()));
        Wire wire = client.wires.get(random.nextInt(nodes.size()));
        switch (random.nextInt(8)) {
            case 0 -> node.restart(InMemoryServer.Snapshot.empty());
            case 1 -> node.restart(node.snapshot());
            case 2 -> {
                InMemoryServer.Snapshot old = node.snapshot();
                time.schedule(random.nextLong(2_000) * MS, () -> node.restart(old));
            }
            case 3 -> wire.store().disconnect();
            case 4 -> wire.store().loseInbox();
            case 5 -> client.wires.forEach(each -> each.trouble(random.nextInt(3) * 0.1));
            case 6 -> wire.trouble(0.9);
            default -> wire.trouble(0);
        }
    }

    void holds(Held held, String how) {
        grants++;
        for (Held other : all) {
            if (other != held && other.isValid() && !(other.shared && held.shared)) {
                fail(how + ": " + other + " and " + held + " at once, " + time.nanos() / MS);
            }
        }
        if (how.equals("granted")) {
            if (held.token <= (held.shared ? greatestWriter : greatest)) {
                fail("token of " + held + " not above " + greatest + "/" + greatestWriter);
            }
            if (all.stream().anyMatch(other -> other.token == held.token)) {
                fail("token twice " + held);
            }
        }
        greatest = Math.max(greatest, held.token);
        if (!held.shared) {
            greatestWriter = Math.max(greatestWriter, held.token);
        }
        all.add(held);
    }

    void fail(String why) {
        if (violation == null) {
            violation = new AssertionError(why);
        }
    }

    final class Held {
        final String id;
        final long token;
        final boolean shared;
        final Client client;
        final int adoption;
        long until;
        boolean over;

        Held(String id, long token, boolean shared, Client client, int adoption, long base) {
            this.id = id;
            this.token = token;
            this.shared = shared;
            this.client = client;
            this.adoption = adoption;
            confirm(base);
        }

        void confirm(long base) {
            until = Math.max(until, base + LEASE * MS - LEASE * MS / 100 - 5 * MS);
        }

        boolean isValid() {
            return !over && time.nanos() < until;
        }

        @Override
        public String toString() {
            return id.substring(21) + "(" + token + (shared ? " r" : " w") + " until " + until / MS + ")";
        }

        void next() {
            if (!isValid()) {
                end();
                return;
            }
            switch (random.nextInt(calm ? 1 : 7)) {
                case 0, 1, 2 -> release();
                case 3 -> {
                    if (shared) {
                        release();
                    } else {
                        downgrade();
                    }
                }
                case 4 -> adopt();
                default -> {
                    renew();
                    time.schedule(random.nextLong(3_000) * MS, this::next);
                }
            }
        }

        void end() {
            over = true;
        }

        void release() {
            end();
            client.store.release(LOCK, id, 1, 0);
        }

        void renew() {
            long base = time.nanos();
            RenewRequest request = new RenewRequest(
                    LOCK, id, LEASE, false, Shape.READ_WRITE, shared ? 1 : Shape.MAX, token, new Tag("owner", ""));
            client.store.renew(List.of(request)).thenAccept(replies -> {
                if (replies.get(0) instanceof RenewReply.Renewed) {
                    if (isValid()) {
                        confirm(base);
                    }
                } else if (!(replies.get(0) instanceof RenewReply.Unknown)) {
                    end();
                }
            });
        }

        void downgrade() {
            end();
            long base = time.nanos();
            long wasUntil = until;
            client.store.downgrade(LOCK, id, LEASE, token).whenComplete((reserved, failure) -> {
                if (failure != null || reserved.isEmpty()) {
                    client.store.withdraw(LOCK, id, 0);
                    return;
                }
                downgrades++;
                if (reserved.get().token() != token + 1) {
                    fail("reader's token " + reserved.get().token() + " of " + this);
                }
                if (time.nanos() < wasUntil) {
                    Held reader = new Held(id, reserved.get().token(), true, client, adoption, base);
                    holds(reader, "downgraded");
                    reader.next();
                }
            });
        }

        void adopt() {
            end();
            Client other = clients.get(random.nextInt(clients.size()));
            long base = time.nanos();
            String adoptionId = other.id + "-" + other.next++;
            other.store
                    .adopt(LOCK, id, adoption, adoptionId, token, LEASE, new Tag("owner", ""))
                    .whenComplete((found, failure) -> {
                        if (failure == null && found.isPresent()) {
                            adoptions++;
                            if (found.get() != token && found.get() + 1 != token) {
                                fail("adopted with " + found.get() + " " + this);
                            }
                            if (time.nanos() < base + LEASE * MS * 9 / 10) {
                                Held held = new Held(id, token, shared, other, adoption + 1, base);
                                holds(held, "adopted");
                                held.next();
                            }
                        }
                    });
        }
    }

    final class Client implements InboxListener {
        final String id;
        final ClientTime clock = new ClientTime(time, random.nextLong(4_000_000));
        final List<Wire> wires = new ArrayList<>();
        final QuorumStore store;
        final Map<String, Runnable> asking = new LinkedHashMap<>();
        int next;

        Client(String letter) {
            this.id = letter.repeat(22);
            Map<String, VotingStore> ends = new LinkedHashMap<>();
            for (InMemoryServer node : nodes) {
                Wire wire = new Wire(node, clock, random, QUIET);
                wires.add(wire);
                ends.put("node" + wires.size(), wire.end());
            }
            store = new QuorumStore(ends, clock, QuorumSettings.defaults());
            store.open(id, this).join();
        }

        void want() {
            if (asking.size() > 1) {
                return;
            }
            String leaseId = id + "-" + next++;
            boolean shared = random.nextInt(3) > 0;
            long patience = time.nanos() + random.nextLong(8_000) * MS;
            asking.put(leaseId, () -> ask(leaseId, shared, patience));
            ask(leaseId, shared, patience);
        }

        void ask(String leaseId, boolean shared, long patience) {
            if (!asking.containsKey(leaseId)) {
                return;
            }
            if (time.nanos() > patience) {
                asking.remove(leaseId);
                store.withdraw(LOCK, leaseId, 12_000);
                return;
            }
            long base = time.nanos();
            AcquireRequest request = new AcquireRequest(
                    LOCK,
                    leaseId,
                    Shape.READ_WRITE,
                    shared ? 1 : Shape.MAX,
                    LEASE,
                    true,
                    0,
                    new Tag("owner", ""),
                    100,
                    0);
            store.acquire(request).whenComplete((reply, failure) -> {
                if (!asking.containsKey(leaseId)) {
                    return;
                }
                if (reply instanceof AcquireReply.Granted granted) {
                    if (time.nanos() < base + LEASE * MS / 2) {
                        asking.remove(leaseId);
                        Held held = new Held(leaseId, granted.token(), shared, this, 0, base);
                        holds(held, "granted");
                        time.schedule(random.nextLong(1_500) * MS, held::next);
                    } else {
                        ask(leaseId, shared, patience);
                    }
                } else if (reply instanceof AcquireReply.Queued queued) {
                    long after = queued.pollAfterMillis() == 0 ? 2_000 : Math.min(2_000, queued.pollAfterMillis());
                    time.schedule(after * MS, () -> ask(leaseId, shared, patience));
                } else if (failure != null) {
                    time.schedule(random.nextLong(200) * MS, () -> ask(leaseId, shared, patience));
                } else {
                    asking.remove(leaseId);
                }
            });
        }

        @Override
        public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {}

        @Override
        public void contended(String lock) {}

        @Override
        public void nudged(String lock, String leaseId) {
            Runnable again = asking.get(leaseId);
            if (again != null) {
                again.run();
            }
        }

        @Override
        public void forced(String leaseId, String reason) {}

        @Override
        public void reconnected() {
            List.copyOf(asking.values()).forEach(Runnable::run);
        }
    }
}
