package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import dev.mortise.tests.model.Step.Memory;
import dev.mortise.tests.model.Step.Proposal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws steps: many repetitions of few lease ids on two locks, often of the same one as just before, and moments at which
 * something ends.
 */
final class RandomSteps {
    private static final long[] LEASE_MILLIS = {0, 1, 700, 1000, 4999, 5000, 5001, 30_000, 30_000, 200_000_000};
    private static final long[] CAPACITIES = {1, 2, 3, 5, 10};
    private static final long[] PAUSES = {0, 1, 10, 699, 2500, 5000, 61_000};
    private static final long[] TOMBSTONES = {0, 0, 1, 1000, 60_000};
    private static final long GRACE = 3000;
    private static final Set<Theme.Kind> ONLY_SHARED =
            EnumSet.of(Theme.Kind.UPGRADE, Theme.Kind.DOWNGRADE, Theme.Kind.SPLIT);

    private final Random random;
    private final SequenceSetup setup;
    private int lastClient;
    private int lastLock;
    private int lastLease;
    private int attempts = 1;

    private RandomSteps(Random random, SequenceSetup setup) {
        this.random = random;
        this.setup = setup;
    }

    static List<Step> random(Random random, SequenceSetup setup, int count) {
        RandomSteps steps = new RandomSteps(random, setup);
        List<Step> all = new ArrayList<>();
        for (int client = 0; client < setup.clients(); client++) {
            if (setup.theme() == Theme.CROWD ? random.nextInt(20) > 0 : random.nextInt(3) == 0) {
                all.add(new Step.LoseInbox(client));
            }
        }
        while (all.size() < count) {
            all.add(steps.step());
        }
        return all;
    }

    private Step step() {
        Theme theme = setup.theme();
        boolean again = random.nextInt(3) == 0;
        int client = again ? lastClient : random.nextInt(setup.clients());
        int from = again ? lastClient : random.nextInt(setup.clients());
        int lock = again ? lastLock : random.nextInt(6) == 0 ? 1 : 0;
        boolean shared = setup.shapes().get(lock).kind() == LockKind.READ_WRITE;
        // The lease that a split makes has a number of its own: it never waited to be a reader.
        int lease = again ? lastLease : random.nextInt(theme.leases + (shared ? 1 : 0));
        lastClient = client;
        lastLock = lock;
        lastLease = lease;
        Theme.Kind kind = theme.kind(random);
        boolean counted = setup.shapes().get(lock).kind() == LockKind.SEMAPHORE;
        if (kind == Theme.Kind.RESIZE && !counted || kind == Theme.Kind.ACQUIRE_ALL && !setup.takesAll()) {
            kind = Theme.Kind.ACQUIRE;
        }
        if (!shared && ONLY_SHARED.contains(kind) && random.nextInt(10) > 0) {
            kind = theme == Theme.QUORUM ? Theme.Kind.VOTE : Theme.Kind.ACQUIRE;
        }
        return switch (kind) {
            case ACQUIRE -> acquire(client, lock, lease % theme.leases);
            case RELEASE ->
                new Step.Release(
                        client,
                        lock,
                        lease,
                        random.nextBoolean() ? Step.Release.HEAD : 1 + random.nextInt(5),
                        random.nextInt(3) == 0 ? 1 + random.nextInt((int) Fencing.BLOCK - 1) : 0);
            case RESERVE -> new Step.Reserve(client, lock, lease, leaseMillis(), random.nextInt(3) == 0 ? 5000 : 64);
            case UPGRADE ->
                new Step.Upgrade(
                        client,
                        lock,
                        lease,
                        leaseMillis(),
                        random.nextInt(4) > 0,
                        memory(6),
                        attempt(),
                        random.nextInt(40) == 0);
            case DOWNGRADE ->
                random.nextInt(5) < 3
                        ? new Step.Downgrade(client, lock, lease, leaseMillis(), memory(2))
                        : new Step.GiveUp(client, lock, lease, leaseMillis(), memory(6), attempt());
            case SPLIT ->
                new Step.Split(
                        client, lock, lease, theme.leases, leaseMillis(), 1 + random.nextInt((int) Fencing.BLOCK - 1));
            case RENEW -> renew(client);
            case WITHDRAW -> new Step.Withdraw(client, lock, lease, pick(TOMBSTONES));
            case ADOPT ->
                new Step.Adopt(
                        random.nextInt(setup.clients()),
                        lock,
                        from,
                        lease,
                        Math.max(0, random.nextInt(4) - 1),
                        random.nextInt(2),
                        random.nextInt(4) > 0 ? 0 : random.nextInt(2 * (int) Fencing.BLOCK),
                        leaseMillis());
            case FORCE ->
                random.nextInt(3) == 0
                        ? new Step.Force(client, lock, pick(TOMBSTONES))
                        : new Step.ForceOne(client, lock, from, lease, random.nextInt(4) > 0 ? 0 : 1, pick(TOMBSTONES));
            case COLLECT ->
                random.nextBoolean()
                        ? new Step.Collect(client, lock, GRACE)
                        : new Step.DropStale(client, lock, from, lease, random.nextInt(4) > 0 ? GRACE : 2 * GRACE);
            case HEARTBEAT -> random.nextInt(3) == 0 ? new Step.Heartbeat(client) : new Step.Farewell(client);
            case LOOK -> new Step.Look(client, lock);
            case LOSE_INBOX -> random.nextInt(3) == 0 ? new Step.Deafen(client) : new Step.LoseInbox(client);
            case RECONNECT -> new Step.Reconnect(client);
            case WAIT -> new Step.Wait(pick(PAUSES));
            case WAIT_UNTIL -> new Step.WaitUntil(random.nextInt(2), random.nextInt(3) - 1);
            case SAVE -> new Step.Save();
            case RESTART -> {
                Step.Restart.Data[] data = Step.Restart.Data.values();
                yield new Step.Restart(data[random.nextInt(data.length)]);
            }
            case JOIN -> new Step.Join(client);
            case VOTE -> vote(client, lock, lease % theme.leases);
            case RESIZE -> new Step.Resize(client, lock, pick(CAPACITIES));
            case ACQUIRE_ALL -> new Step.AcquireAll(client, lease % theme.leases, permits(0), leaseMillis(), memory(6));
            case UNVOTE -> new Step.Unvote(client, lock, lease, proposal());
        };
    }

    private Step acquire(int client, int lock, int lease) {
        return new Step.Acquire(
                client,
                lock,
                lease,
                permits(lock),
                leaseMillis(),
                random.nextInt(setup.theme() == Theme.CROWD ? 20 : 5) > 0,
                memory(6),
                random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 100,
                memory(6),
                random.nextInt(40) == 0);
    }

    private Step vote(int client, int lock, int lease) {
        return new Step.Vote(
                client,
                lock,
                lease,
                permits(lock),
                leaseMillis(),
                random.nextInt(5) > 0,
                proposal(),
                random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 100,
                random.nextInt(40) == 0);
    }

    private Proposal proposal() {
        Proposal[] all = Proposal.values();
        return random.nextInt(3) > 0 ? Proposal.CLOCK : all[random.nextInt(all.length)];
    }

    /** Often the same again, seldom one that is over. */
    private int attempt() {
        if (random.nextInt(3) == 0) {
            attempts++;
        }
        return random.nextInt(5) == 0 ? Math.max(1, attempts - 1) : attempts;
    }

    private Step renew(int client) {
        List<Step.Renew.Request> requests = new ArrayList<>();
        for (int count = random.nextInt(5) == 0 ? 4 : 1; count > 0; count--) {
            int lock = random.nextInt(5) == 0 ? 1 : 0;
            requests.add(new Step.Renew.Request(
                    lock, random.nextInt(setup.theme().leases), permits(lock), leaseMillis(), random.nextInt(3) == 0));
        }
        return new Step.Renew(client, requests);
    }

    private long permits(int lock) {
        long capacity = setup.shapes().get(lock).capacity();
        if (capacity == Shape.MAX) {
            return random.nextInt(3) == 0 ? capacity : 1;
        }
        return 1L + random.nextInt((int) capacity);
    }

    private long leaseMillis() {
        return setup.theme() == Theme.NO_EXPIRY && random.nextInt(3) > 0 ? 0 : pick(LEASE_MILLIS);
    }

    private long pick(long[] from) {
        return from[random.nextInt(from.length)];
    }

    private Memory memory(int rarity) {
        if (random.nextInt(rarity) > 0) {
            return Memory.NONE;
        }
        return random.nextInt(20) == 0 ? Memory.STRANGE : random.nextBoolean() ? Memory.OWN : Memory.ANY;
    }
}
