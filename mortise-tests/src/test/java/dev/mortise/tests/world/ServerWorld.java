package dev.mortise.tests.world;

import dev.mortise.LeaseTicket;
import dev.mortise.internal.store.Shape;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.InMemoryServer.Snapshot;
import dev.mortise.testkit.time.FakeTime;
import dev.mortise.tests.world.Holds.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * One server, some clients that want one lock, and everything that may go wrong between them; each with a clock of its own rate.
 * At the end all is whole again, everybody lets go what they have, and nothing is left.
 */
final class ServerWorld {
    /** Two clocks differ by less than the hundredth that validity allows for. */
    private static final double MOST_DRIFT = 0.004;

    final FakeTime time;
    final InMemoryServer server;
    final Turns turns = new Turns();
    final List<LeaseTicket> tickets = new ArrayList<>();

    /** For what goes on the wire. */
    final Random random;

    private final WorldPlan plan;
    private final Holds holds;
    private final List<Client> clients = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private Snapshot old;
    private int happened;

    ServerWorld(WorldPlan plan) {
        this.plan = plan;
        this.time = new FakeTime(plan.seed());
        this.random = new Random(plan.seed());
        long start = time.micros();
        double rate = rate();
        this.server = new InMemoryServer(() -> start + (long) ((time.micros() - start) * rate));
        WorldSetup setup = plan.setup();
        this.old = server.snapshot();
        this.holds = new Holds(
                switch (setup.kind()) {
                    case MUTEX -> Shape.MUTEX.capacity();
                    case READ_WRITE -> Shape.MAX;
                    case SEMAPHORE -> setup.capacity();
                });
        for (int i = 0; i < setup.clients(); i++) {
            clients.add(new Client(this, i, setup, rate()));
        }
    }

    private double rate() {
        return 1 + MOST_DRIFT * (2 * random.nextDouble() - 1);
    }

    WorldPlan plan() {
        return plan;
    }

    /** How many leases anybody was given. */
    int grants() {
        return holds.all().size();
    }

    /** All leases that anybody was given, in order. */
    String history() {
        return holds.all().toString();
    }

    /** How many events have begun. */
    int happened() {
        return happened;
    }

    /** To the end. */
    void run() {
        for (Event event : plan.events()) {
            happened++;
            pass(event.afterMillis());
            if (event.kind() == Event.Kind.RESTART) {
                restart(new Random(event.choice()));
            } else {
                clients.get(event.client()).happens(event);
            }
            settle();
        }
        end();
    }

    private void restart(Random choice) {
        if (!plan.setup().forgets()) {
            server.restart(server.snapshot());
            return;
        }
        switch (choice.nextInt(3)) {
            case 0 -> server.restart(Snapshot.empty());
            case 1 -> server.restart(old);
            default -> server.restart(server.snapshot());
        }
        old = server.snapshot();
    }

    private void end() {
        clients.forEach(Client::heal);
        // Longer than the longest hold, and what those cost who are gone.
        for (int i = 0; i < 1_200 && waiting() > 0; i++) {
            pass(100);
        }
        if (waiting() > 0) {
            throw new AssertionError(waiting() + " still wait, 2 min after all is whole again");
        }
        clients.forEach(Client::letGo);
        pass(30_000);
        // Whoever uses the lock next clears away what those who are gone have left.
        for (int i = 0; i < 8 && (i == 0 || !server.locks().isEmpty()); i++) {
            clients.get(0).uses();
            pass(20_000);
        }
        if (waiting() > 0 || !server.locks().isEmpty()) {
            throw new AssertionError("left on the server: " + server.describe(Client.LOCK));
        }
        // A client remembers for 10 min to whom it gave a lease away.
        pass(660_000);
        for (int i = 0; i < 10 && !isIdle(); i++) {
            pass(10);
        }
        if (!isIdle()) {
            throw new AssertionError("a client still has a queue or a timer");
        }
    }

    private boolean isIdle() {
        return clients.stream().allMatch(Client::isIdle);
    }

    private int waiting() {
        return clients.stream().mapToInt(Client::waiting).sum();
    }

    void given(Held held) {
        try {
            holds.given(held);
        } catch (AssertionError e) {
            failures.add(e);
        }
    }

    void adopted(Held held) {
        try {
            holds.adopted(held);
        } catch (AssertionError e) {
            failures.add(e);
        }
    }

    /** Something was thrown that nobody may throw. */
    void failed(Throwable failure) {
        failures.add(failure);
    }

    private void pass(long millis) {
        long end = time.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        settle();
        while (time.nanos() < end) {
            long left = end - time.nanos();
            time.advance(Duration.ofNanos(time.untilNextTimer()
                    .map(next -> Math.min(left, next.toNanos()))
                    .orElse(left)));
            settle();
        }
        holds.check();
    }

    private void settle() {
        while (time.runCallbacks() > 0 || turns.settle()) {
            // The one may bring forth the other.
        }
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.get(0));
        }
    }
}
