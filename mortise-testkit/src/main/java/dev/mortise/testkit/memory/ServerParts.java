package dev.mortise.testkit.memory;

import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Glob;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.Waits;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What an {@link InMemoryServer} is made of: its process and clock, what it stores, the inboxes of its clients, and how one
 * step is done. Thread-safe.
 */
abstract class ServerParts {
    private static final int CLIENT_ID_LENGTH = 22;

    /** How many names a page of the catalogue looks at. */
    private static final int PAGE = 200;

    private final LongSupplier clockMicros;

    // Guarded by this, as everything that is reached from here.
    private final Map<String, Inbox> inboxes = new HashMap<>();
    private final Queue<Runnable> outgoing = new ArrayDeque<>();
    private int run = 1;

    /** What is stored. Guarded by this. */
    StoredData data = new StoredData();

    /** The clock, read once a step. Guarded by this. */
    long micros;

    /** When the process began. Guarded by this. */
    private long startedMicros;

    /** Whether scripts may learn that. Guarded by this. */
    private boolean tellsStart = true;

    ServerParts(LongSupplier clockMicros) {
        this.clockMicros = clockMicros;
        this.startedMicros = clockMicros.getAsLong();
    }

    /** A new process begins, with that data. */
    final synchronized void begin(StoredData from) {
        run++;
        startedMicros = clockMicros.getAsLong();
        data = from;
    }

    final synchronized void hideUpTime() {
        tellsStart = false;
    }

    synchronized String runId() {
        return Integer.toHexString(run);
    }

    final synchronized void readClock() {
        micros = clockMicros.getAsLong();
    }

    static String clientOf(String leaseId) {
        return leaseId.substring(0, Math.min(CLIENT_ID_LENGTH, leaseId.length()));
    }

    /** How long it is known to have been up. */
    final long upForMillis() {
        return tellsStart ? now() - startedMicros / 1000 : 0;
    }

    final synchronized void heartbeat(ClientRecord client, long ttlMillis) {
        readClock();
        data.heartbeats.put(client.id(), new StoredData.Heartbeat(client, now() + ttlMillis));
    }

    final synchronized void farewell(String clientId) {
        data.heartbeats.remove(clientId);
    }

    final synchronized Optional<ClientRecord> client(String clientId) {
        readClock();
        return Optional.ofNullable(data.heartbeats.get(clientId))
                .filter(beat -> isAlive(clientId))
                .map(StoredData.Heartbeat::client);
    }

    final synchronized Catalogue.Page locks(String pattern, String cursor) {
        return page(data.locks.navigableKeySet().tailSet(cursor, false), Glob.of(pattern)::matches);
    }

    final synchronized Catalogue.Page clients(String cursor) {
        readClock();
        return page(data.heartbeats.navigableKeySet().tailSet(cursor, false), this::isAlive);
    }

    /** The next of those, all of which are looked at once. */
    private static Catalogue.Page page(NavigableSet<String> rest, Predicate<String> isWanted) {
        List<String> lookedAt = rest.stream().limit(PAGE).toList();
        boolean isLast = lookedAt.size() == rest.size();
        String next = isLast ? "" : lookedAt.get(lookedAt.size() - 1);
        return new Catalogue.Page(lookedAt.stream().filter(isWanted).toList(), next);
    }

    final synchronized Waits registerWait(WaitRecord record, WaitRegister.Term term) {
        readClock();
        return data.waits.register(record, term, now());
    }

    final synchronized Waits lookAtWaits(List<String> locks) {
        readClock();
        return data.waits.look(locks, now());
    }

    final synchronized WaitRegister.Page listWaits(String cursor) {
        readClock();
        return data.waits.list(cursor, now());
    }

    final synchronized void forgetWait(String owner, long version, long ttlMillis) {
        readClock();
        data.waits.forget(owner, version, ttlMillis, now());
    }

    final synchronized List<Leftover> staleWaits(long graceMillis, boolean drop) {
        readClock();
        return data.waits.stale(graceMillis, drop, now());
    }

    final synchronized void survived(String clientId, String lock, String waitId, String victim) {
        post(lock).survived(waitId, clientId, victim);
    }

    final synchronized void nudge(String clientId, String lock, String waitId) {
        post(lock).nudged(waitId, clientId);
    }

    final synchronized void listen(String clientId, InboxListener listener, Executor executor) {
        inboxes.put(clientId, new Inbox(listener, executor));
    }

    final synchronized void unlisten(String clientId) {
        inboxes.remove(clientId);
    }

    /** Hands out what was said in steps that are done. Not under the monitor: listeners call back. */
    final void deliver() {
        while (true) {
            Runnable message;
            synchronized (this) {
                message = outgoing.poll();
            }
            if (message == null) {
                return;
            }
            message.run();
        }
    }

    final synchronized <T> T step(String name, Step<T> step) {
        readClock();
        LockState lock = data.locks.computeIfAbsent(name, unknown -> new LockState());
        lock.tidy(micros);
        lock.begin();
        T result = step.run(lock);
        if (lock.tidy(micros)) {
            data.locks.remove(name);
        }
        return result;
    }

    private boolean isAlive(String clientId) {
        StoredData.Heartbeat beat = data.heartbeats.get(clientId);
        return beat != null && beat.untilMillis() > now();
    }

    final Settlement.Outcome settle(String name, LockState lock, OptionalLong quiet) {
        return Settlement.settle(lock, "", quiet(quiet) > 0, micros, post(name));
    }

    final synchronized long quiet(OptionalLong length) {
        return data.quiet.left(runId(), length, now());
    }

    final long now() {
        return micros / 1000;
    }

    final Post post(String lock) {
        return new Post() {
            @Override
            public boolean granted(String leaseId, String owner, long token, long claimMillis, long waiting) {
                return say(owner, inbox -> inbox.granted(lock, leaseId, token, claimMillis, waiting));
            }

            @Override
            public boolean nudged(String leaseId, String owner) {
                return say(owner, inbox -> inbox.nudged(lock, leaseId));
            }

            @Override
            public void survived(String leaseId, String owner, String victim) {
                say(owner, inbox -> inbox.survived(lock, leaseId, victim));
            }

            @Override
            public boolean reaches(String owner) {
                return say(owner, inbox -> {});
            }

            @Override
            public void forced(String leaseId, String owner, String reason) {
                say(owner, inbox -> inbox.forced(leaseId, reason));
            }

            @Override
            public void contended(String clientId) {
                say(clientId, inbox -> inbox.contended(lock));
            }
        };
    }

    private synchronized boolean say(String owner, Consumer<InboxListener> message) {
        Inbox inbox = inboxes.get(clientOf(owner));
        if (inbox == null) {
            return false;
        }
        outgoing.add(() -> inbox.executor.execute(() -> message.accept(inbox.listener)));
        return true;
    }

    private record Inbox(InboxListener listener, Executor executor) {}

    /** What is done with one lock at one moment. */
    interface Step<T> {
        T run(LockState lock);
    }
}
