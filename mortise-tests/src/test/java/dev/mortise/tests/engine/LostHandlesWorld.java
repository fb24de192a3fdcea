package dev.mortise.tests.engine;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockKind;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.lease.LeaseHandle;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.world.ClientTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Clients that lose handles of one read-write lock in every way there is, and one that wants it in the end. */
final class LostHandlesWorld {
    private static final String LOCK = "lock";
    private static final Shape SHAPE = new Shape(LockKind.READ_WRITE, Shape.MAX);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AcquireOptions ONCE = AcquireOptions.noWait();

    /** A grace time, a look, and the poll of whoever waits. */
    private static final long BOUND_SECONDS = 60 + 5 + 5;

    private static final long TICKET_SECONDS = 600;

    private final FakeTime time = new FakeTime();
    private final InMemoryServer server = new InMemoryServer(time::micros);
    private final List<String> trace = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Client observer = new Client("observer");
    private final List<Handle> handles = new ArrayList<>();
    private long ticketLostAt = Long.MIN_VALUE / 2;
    private final List<CompletableFuture<?>> sent = new ArrayList<>();
    private String fault = "";

    private LostHandlesWorld() {
        clients.add(new Client("a"));
        clients.add(new Client("b"));
    }

    static LostHandlesWorld run(List<Integer> draws) {
        LostHandlesWorld world = new LostHandlesWorld();
        for (int draw : draws) {
            if (world.fault.isEmpty()) {
                world.step(new Random(draw));
                world.check();
            }
        }
        if (world.fault.isEmpty()) {
            world.heal();
        }
        return world;
    }

    String fault() {
        return fault;
    }

    List<String> trace() {
        return trace;
    }

    private void step(Random random) {
        Client client = clients.get(random.nextInt(clients.size()));
        int kind = random.nextInt(14);
        if (kind < 3 || handles.isEmpty()) {
            acquire(client, random);
            return;
        }
        Handle handle = handles.get(random.nextInt(handles.size()));
        switch (kind) {
            case 3 -> release(handle, random);
            case 4 -> abandon(handle);
            case 5 -> cutOff(client, random.nextInt(15 * 60));
            case 6 -> detach(handle, client, random);
            case 7 -> change(handle, random);
            case 8 -> extend(handle, random);
            case 9 -> late(handle, random);
            case 10 -> kill(client);
            case 11 -> closeInAnOutage(client);
            default -> pass(1_000L * random.nextInt(90));
        }
    }

    private void acquire(Client client, Random random) {
        boolean noExpiry = random.nextInt(4) > 0;
        boolean writes = random.nextBoolean();
        String doubt = faulty(client, random, StoreOperation.ACQUIRE);
        AcquireOptions options = noExpiry ? ONCE.untilReleased() : ONCE;
        CompletableFuture<Optional<Lease>> acquire = client.side(writes).tryAcquireAsync(options);
        boolean cut = random.nextInt(12) == 0;
        if (cut) {
            client.store.disconnect();
        }
        for (int i = 0; i < 100 && !acquire.isDone(); i++) {
            pass(100);
        }
        if (cut) {
            client.store.reconnect();
        }
        note(client
                + (writes ? " writes" : " reads")
                + (noExpiry ? " without expiry" : "")
                + doubt
                + (cut ? ", cut off" : ""));
        Optional<Lease> lease = acquire.handle((had, failure) -> failure == null ? had : Optional.<Lease>empty())
                .join();
        lease.ifPresent(had -> handles.add(new Handle(client, had, writes, noExpiry)));
    }

    private void release(Handle handle, Random random) {
        String doubt = faulty(handle.client, random, StoreOperation.RELEASE);
        handles.remove(handle);
        note(handle + " is released" + doubt);
        handle.lease.releaseAsync();
        if (random.nextInt(3) == 0) {
            cutOff(handle.client, random.nextInt(12 * 60));
        }
    }

    /** As if it were garbage-collected. */
    @SuppressWarnings("NullAway")
    private void abandon(Handle handle) {
        handles.remove(handle);
        note(handle + " is dropped");
        if (handle.lease instanceof LeaseHandle known) {
            known.lease().attach(null);
        }
    }

    private void cutOff(Client client, int seconds) {
        note(client + " is cut off for " + seconds + " s");
        client.store.disconnect();
        pass(1_000L * seconds);
        client.store.reconnect();
        if (seconds >= 15) {
            handles.stream().filter(handle -> handle.client == client).forEach(handle -> handle.mayBeLost = true);
        }
    }

    private void detach(Handle handle, Client adopter, Random random) {
        handles.remove(handle);
        String doubt = faulty(handle.client, random, StoreOperation.RENEW);
        List<LeaseTicket> ticket = new ArrayList<>();
        Optional<Throwable> failure = attempt(() -> ticket.add(handle.lease.detach()));
        note(handle + " is detached" + doubt);
        if (failure.isPresent()) {
            // It may have been done, and is undone by the next renewal, if there is one.
            ticketLostAt = time.nanos();
            if (handle.lease.isValid()) {
                handles.add(handle);
            }
            return;
        }
        if (random.nextInt(3) == 0) {
            loseTicket();
            return;
        }
        String unanswered = "";
        if (random.nextInt(3) == 0) {
            adopter.store.faults().holdReplies(StoreOperation.ADOPT);
            unanswered = ", without an answer";
        }
        List<Lease> adopted = new ArrayList<>();
        OnFakeTime.Action adopting = () -> adopted.add(adopter.client.adopt(ticket.get(0)));
        Optional<Throwable> refused = unanswered.isEmpty() ? attempt(adopting) : attemptCutOff(adopter, adopting);
        note(adopter + " adopts it" + unanswered
                + refused.map(why -> ": " + why).orElse(""));
        if (refused.isPresent() && random.nextBoolean()) {
            note(adopter + " tries again");
            refused = attempt(() -> adopted.add(adopter.client.adopt(ticket.get(0))));
            if (refused.isPresent() && !handle.mayBeLost) {
                fault = "another try with the same ticket failed: " + refused.get();
            }
        }
        if (adopted.isEmpty()) {
            loseTicket();
        } else {
            handles.add(new Handle(adopter, adopted.get(0), handle.writes, handle.noExpiry));
        }
    }

    private void loseTicket() {
        note("the ticket gets lost");
        ticketLostAt = time.nanos();
    }

    private void change(Handle handle, Random random) {
        StoreOperation operation = handle.writes ? StoreOperation.DOWNGRADE : StoreOperation.UPGRADE;
        String doubt = faulty(handle.client, random, operation);
        List<Lease> changed = new ArrayList<>();
        attempt(() -> changed.add(
                handle.writes
                        ? handle.client.lock().downgrade(handle.lease)
                        : handle.client.lock().upgrade(handle.lease, ONCE)));
        note(handle
                + (handle.writes ? " is downgraded" : " is upgraded")
                + doubt
                + (changed.isEmpty() ? " in vain" : ""));
        if (!changed.isEmpty()) {
            handles.remove(handle);
            Handle next = new Handle(handle.client, changed.get(0), !handle.writes, handle.noExpiry);
            next.mayBeLost = handle.mayBeLost;
            handles.add(next);
        } else if (handle.writes) {
            handle.mayBeLost = true;
        }
    }

    private void extend(Handle handle, Random random) {
        if (handle.noExpiry) {
            return;
        }
        String doubt = faulty(handle.client, random, StoreOperation.RENEW);
        note(handle + " is extended" + doubt);
        attempt(() -> handle.lease.extend(Duration.ofSeconds(40)));
    }

    /** A copy of a request of it arrives, perhaps after its end. */
    private void late(Handle handle, Random random) {
        boolean released = random.nextInt(3) > 0;
        if (released) {
            handles.remove(handle);
            handle.lease.releaseAsync();
            pass(1_000);
        }
        String id = handle.lease.id();
        if (id.contains("~")) {
            return;
        }
        long permits = handle.writes ? Shape.MAX : 1;
        int which = released ? random.nextInt(3) : 2;
        long millis = handle.noExpiry ? 0 : LEASE.toMillis();
        note("a late copy of request " + which + " of " + handle + (released ? ", released," : "") + " arrives");
        InMemoryLockStore store = handle.client.store;
        if (which == 0) {
            sent.add(store.acquire(
                    new AcquireRequest(LOCK, id, SHAPE, permits, millis, false, 0, new Tag("late", ""), 100, 0)));
        } else if (which == 1) {
            sent.add(store.release(LOCK, id, 1, 0));
        } else {
            sent.add(store.renew(List.of(new RenewRequest(
                    LOCK, id, millis, false, SHAPE, permits, handle.lease.fencingToken(), new Tag("late", "")))));
        }
    }

    private void kill(Client client) {
        note(client + " is killed");
        client.store.disconnect();
        handles.removeIf(handle -> handle.client == client);
        clients.set(clients.indexOf(client), new Client(client.name + "'"));
    }

    private void closeInAnOutage(Client client) {
        note(client + " is closed in an outage");
        client.store.disconnect();
        handles.removeIf(handle -> handle.client == client);
        attempt(client.client::close);
        clients.set(clients.indexOf(client), new Client(client.name + "'"));
    }

    /** Nobody holds it wrongly, and nobody has lost it who should not. */
    private void check() {
        long writers = handles.stream()
                .filter(handle -> handle.writes && handle.isValid())
                .count();
        long readers = handles.stream()
                .filter(handle -> !handle.writes && handle.isValid())
                .count();
        if (writers > 1 || writers == 1 && readers > 0) {
            fault = writers + " writers and " + readers + " readers are valid";
        }
        for (Handle handle : handles) {
            if (!handle.mayBeLost && !handle.isValid()) {
                fault = handle + " has lost its lease: " + handle.lease.lost().toCompletableFuture();
            }
        }
        handles.removeIf(handle -> !handle.isValid());
    }

    /** All that is had is given back; then somebody else must get the lock in time. */
    private void heal() {
        clients.forEach(client -> client.store.reconnect());
        time.runCallbacks();
        handles.forEach(handle -> handle.lease.releaseAsync());
        long left = TICKET_SECONDS - (time.nanos() - ticketLostAt) / 1_000_000_000L;
        long bound = BOUND_SECONDS + Math.max(0, left);
        CompletableFuture<Lease> wanted = observer.side(true).acquireAsync(AcquireOptions.defaults());
        for (long i = 0; i < 10 * bound && !wanted.isDone(); i++) {
            pass(100);
        }
        if (!wanted.isDone()) {
            fault = "not to be had within " + bound + " s:\n" + server.describe(LOCK);
            return;
        }
        wanted.join().releaseAsync();
        pass(1_000 * (TICKET_SECONDS + BOUND_SECONDS));
        if (!server.describe(LOCK).isEmpty()) {
            fault = "something is left:\n" + server.describe(LOCK);
        }
    }

    private String faulty(Client client, Random random, StoreOperation operation) {
        switch (random.nextInt(4)) {
            case 0 -> client.store.faults().dropNextReply(operation);
            case 1 -> client.store.faults().loseNextRequest(operation);
            default -> {
                return "";
            }
        }
        return ", in doubt";
    }

    private void note(String what) {
        trace.add(time.nanos() / 1_000_000 + " ms: " + what);
    }

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    /** Runs it on a thread of its own, and lets time go on while it waits. */
    private Optional<Throwable> attempt(OnFakeTime.Action action) {
        OnFakeTime.Busy busy = new OnFakeTime.Busy(action);
        busy.start();
        return ended(busy);
    }

    /** As {@link #attempt}, but the connection breaks while it waits for its answer. What comes next comes after its end. */
    private Optional<Throwable> attemptCutOff(Client client, OnFakeTime.Action action) {
        OnFakeTime.Busy busy = new OnFakeTime.Busy(action);
        busy.start();
        busy.comesToRest();
        client.store.disconnect();
        client.store.reconnect();
        return ended(busy);
    }

    private Optional<Throwable> ended(OnFakeTime.Busy busy) {
        return Polling.until(PATIENCE, () -> {
                    if (busy.waits()) {
                        pass(20);
                    }
                    time.runCallbacks();
                    return busy.done.isDone();
                })
                ? busy.done.join()
                : Optional.of(new AssertionError("it did not end"));
    }

    private static final class Handle {
        final Client client;
        final Lease lease;
        final boolean writes;
        final boolean noExpiry;

        /** Its client was cut off, or made a reader of it without knowing. */
        boolean mayBeLost;

        Handle(Client client, Lease lease, boolean writes, boolean noExpiry) {
            this.client = client;
            this.lease = lease;
            this.writes = writes;
            this.noExpiry = noExpiry;
        }

        boolean isValid() {
            return lease.isValid();
        }

        @Override
        public String toString() {
            return "the " + (noExpiry ? "unexpiring " : "") + (writes ? "writer" : "reader") + " of " + client;
        }
    }

    private final class Client {
        final String name;
        final InMemoryLockStore store = new InMemoryLockStore(server);
        final LockClient client = LockClient.open(
                store, new ClientTime(time, 0), new ClientConfig("lost", LEASE, TIMEOUT, 1_000, Duration.ZERO), null);

        Client(String name) {
            this.name = name;
        }

        DistributedReadWriteLock lock() {
            return client.readWriteLock(LOCK);
        }

        DistributedLock side(boolean writes) {
            return writes ? lock().writeLock() : lock().readLock();
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
