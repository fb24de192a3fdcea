package dev.mortise.testkit.memory;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.WithdrawReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One server without a server: the reference model of the protocol. Its clients are {@link InMemoryLockStore}s. It does
 * what the scripts do, one step at a time, on the thread that asks; messages are handed to the executors of their
 * clients after the step. Thread-safe.
 */
public final class InMemoryServer {
    private static final int CLIENT_ID_LENGTH = 22;

    private final LongSupplier clockMicros;

    // Guarded by this, as everything that is reached from here.
    private final Map<String, Inbox> inboxes = new HashMap<>();
    private final Queue<Runnable> outgoing = new ArrayDeque<>();
    private final List<InMemoryLockStore> clients = new ArrayList<>();
    private Data data = new Data();
    private int run = 1;
    private ReachedCopies copied = ReachedCopies.NOWHERE;

    /** The clock, read once a step. */
    private long micros;

    /** When the process began. */
    private long startedMicros;

    /** Whether scripts may learn that. */
    private boolean tellsStart = true;

    /**
     * @param clockMicros this server's clock, in microseconds since 1970
     */
    public InMemoryServer(LongSupplier clockMicros) {
        this.clockMicros = clockMicros;
        this.startedMicros = clockMicros.getAsLong();
    }

    /** From now on scripts may not learn how long it has been up, as where the user lacks that right. */
    public synchronized void hideStart() {
        tellsStart = false;
    }

    /** What is stored at this moment, to start again from. */
    public synchronized Snapshot snapshot() {
        return new Snapshot(data.copy());
    }

    /** The process ends and another begins with that data; every client is disconnected until it reconnects. */
    public void restart(Snapshot from) {
        List<InMemoryLockStore> connected;
        synchronized (this) {
            replaceProcess(from);
            connected = List.copyOf(clients);
        }
        connected.forEach(InMemoryLockStore::disconnect);
    }

    /** As {@link #restart}, but no connection breaks, as if a proxy stood between. */
    public synchronized void replaceProcess(Snapshot from) {
        run++;
        startedMicros = clockMicros.getAsLong();
        data = from.data.copy();
    }

    /**
     * How far whatever is written is copied from now on; nowhere, if this is not called.
     *
     * @param local 1 = to an append-only file here
     * @param replicas to how many
     */
    public synchronized void copiesTo(int local, int replicas) {
        copied = new ReachedCopies(local, replicas);
    }

    /** Run id of the process. */
    public synchronized String runId() {
        return Integer.toHexString(run);
    }

    /** The lock as stored, one line per fact in a fixed order; empty for a lock that leaves no trace. */
    public synchronized String describe(String lock) {
        return step(lock, LockState::describe);
    }

    /** The marker of the quiet period, or "" when there is none. */
    public synchronized String describeQuiet() {
        return data.quiet.describe();
    }

    /** Names of the locks that leave a trace. */
    public synchronized List<String> locks() {
        List<String> names = new ArrayList<>(data.locks.keySet());
        names.removeIf(lock -> describe(lock).isEmpty());
        return names;
    }

    static String clientOf(String leaseId) {
        return leaseId.substring(0, Math.min(CLIENT_ID_LENGTH, leaseId.length()));
    }

    /** @param deaf whether no message reaches the client, and it says so */
    AcquireReply acquire(AcquireRequest wish, boolean deaf, OptionalLong quiet) {
        return step(
                wish.lock(),
                lock -> copied(
                        wish, new Acquiring(lock, wish, deaf, micros, post(wish.lock())).run(() -> quiet(quiet))));
    }

    synchronized Optional<List<Long>> acquireAll(List<AcquireRequest> wishes, OptionalLong quiet) {
        if (quiet.isPresent()) {
            return Optional.empty();
        }
        boolean free = wishes.stream().allMatch(wish -> step(wish.lock(), lock -> lock.tidy(micros)));
        if (free) {
            wishes.forEach(wish -> step(wish.lock(), lock -> {
                lock.checkAhead(wish.floor(), micros);
                return true;
            }));
        }
        List<Long> tokens = new ArrayList<>();
        for (AcquireRequest wish : wishes) {
            OptionalLong token = step(
                    wish.lock(),
                    lock -> free ? OptionalLong.of(Acquiring.grantFree(lock, wish, micros)) : tokenOf(lock, wish));
            if (token.isEmpty()) {
                return Optional.empty();
            }
            tokens.add(token.getAsLong());
        }
        return Optional.of(tokens);
    }

    /** Of a grant that is repeated. */
    private OptionalLong tokenOf(LockState lock, AcquireRequest wish) {
        Holder mine = lock.live(wish.leaseId(), now());
        return mine == null ? OptionalLong.empty() : OptionalLong.of(mine.token);
    }

    VoteReply vote(VoteRequest wish, OptionalLong quiet) {
        return step(wish.lock(), lock -> {
            VoteReply reply = new Voting(lock, wish, micros, post(wish.lock())).run(() -> quiet(quiet));
            if (reply instanceof VoteReply.Given && quiet.isPresent()) {
                data.quiet.use();
            }
            return reply;
        });
    }

    boolean unvote(String name, String leaseId, long token, OptionalLong quiet) {
        return step(name, lock -> {
            boolean taken = Voting.unvote(lock, leaseId, token, micros);
            if (taken && !lock.queue.isEmpty()) {
                Settlement.settle(lock, leaseId, quiet(quiet) > 0, micros, post(name));
            }
            return taken;
        });
    }

    AcquireReply upgrade(AcquireRequest wish, OptionalLong quiet) {
        return step(
                wish.lock(),
                lock -> copied(wish, new Upgrading(lock, wish, micros, post(wish.lock())).run(() -> quiet(quiet))));
    }

    /** A grant that is not copied as far as it is wanted never will be, so nobody has to wait for that. */
    private synchronized AcquireReply copied(AcquireRequest wish, AcquireReply reply) {
        boolean isReached =
                wish.copies().map(copies -> copies.isReachedBy(copied)).orElse(true);
        return reply instanceof AcquireReply.Granted && !isReached ? new AcquireReply.NotCopied(copied) : reply;
    }

    Optional<Reserved> downgrade(String name, String leaseId, long leaseMillis, long floor, OptionalLong quiet) {
        return step(name, lock -> {
            OptionalLong token = Sharing.downgrade(lock, leaseId, leaseMillis, floor, micros);
            if (token.isPresent() && !lock.queue.isEmpty()) {
                settle(name, lock, quiet);
            }
            return reserved(token, lock);
        });
    }

    Optional<Reserved> giveUpUpgrade(
            String name, String leaseId, long leaseMillis, long floor, long attempt, OptionalLong quiet) {
        return step(name, lock -> {
            Optional<Sharing.Reply> reply = Sharing.giveUp(lock, leaseId, leaseMillis, floor, attempt, micros);
            if (reply.isPresent() && reply.get().changed() && !lock.queue.isEmpty()) {
                settle(name, lock, quiet);
            }
            return reply.map(it -> new Reserved(it.token(), lock.queue.size()));
        });
    }

    boolean split(String name, String leaseId, String newLeaseId, long leaseMillis, long token) {
        return step(name, lock -> Sharing.split(lock, leaseId, newLeaseId, leaseMillis, token, micros));
    }

    Optional<Reserved> reserve(String name, String leaseId, long leaseMillis, long tokens) {
        return step(name, lock -> reserved(Reserving.reserve(lock, leaseId, leaseMillis, tokens, micros), lock));
    }

    private static Optional<Reserved> reserved(OptionalLong token, LockState lock) {
        return token.isPresent() ? Optional.of(new Reserved(token.getAsLong(), lock.queue.size())) : Optional.empty();
    }

    boolean release(String name, String leaseId, long used, OptionalLong quiet) {
        return step(name, lock -> {
            boolean released = Ending.release(lock, leaseId, used);
            if (released && !lock.queue.isEmpty()) {
                settle(name, lock, quiet);
            }
            return released;
        });
    }

    synchronized List<RenewReply> renew(List<RenewRequest> wishes, OptionalLong quiet) {
        micros = clockMicros.getAsLong();
        boolean isQuiet = quiet(quiet) > 0;
        List<RenewReply> replies = new ArrayList<>();
        for (RenewRequest wish : wishes) {
            replies.add(step(wish.lock(), lock -> Renewing.renew(lock, wish, isQuiet, micros)));
        }
        return replies;
    }

    WithdrawReply withdraw(String name, String leaseId, long tombstoneMillis, OptionalLong quiet) {
        return step(name, lock -> {
            OptionalLong ticket = lock.queue.ticketOf(leaseId);
            WithdrawReply reply = Ending.withdraw(lock, leaseId, tombstoneMillis, now());
            if (!lock.queue.isEmpty()) {
                settle(name, lock, quiet).tellIfAfter(ticket, post(name));
            }
            return reply;
        });
    }

    OptionalLong adopt(
            String name, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        return step(name, lock -> Adopting.adopt(lock, leaseId, adoption, adoptionId, token, leaseMillis, tag, now()));
    }

    int force(String name, String reason, long tombstoneMillis, OptionalLong quiet) {
        return step(name, lock -> {
            if (lock.isIdle()) {
                return 0;
            }
            Map<String, Holder> ended = Ending.force(lock, reason, tombstoneMillis, now());
            settle(name, lock, quiet);
            ended.forEach((id, holder) -> post(name).forced(id, holder.ownedBy(id), reason));
            return ended.size();
        });
    }

    int collect(String name, long graceMillis, OptionalLong quiet) {
        return step(name, lock -> {
            if (lock.isIdle()) {
                return 0;
            }
            boolean isQuiet = quiet(quiet) > 0;
            int ended = isQuiet
                    ? lock.expire(now())
                    : Ending.collect(lock, quiet.isPresent() || upForMillis() >= graceMillis, graceMillis, now());
            settle(name, lock, quiet);
            return ended;
        });
    }

    /** How long it is known to have been up. */
    private long upForMillis() {
        return tellsStart ? now() - startedMicros / 1000 : 0;
    }

    boolean resize(String name, long permits, OptionalLong quiet) {
        return step(name, lock -> {
            boolean resized = lock.resize(permits, now());
            if (resized) {
                settle(name, lock, quiet);
            }
            return resized;
        });
    }

    LockRecord inspect(String name) {
        return step(name, lock -> {
            List<LockRecord.Holder> holders = new ArrayList<>();
            lock.holders.forEach((id, holder) -> {
                if (!holder.isOver(now())) {
                    holders.add(new LockRecord.Holder(
                            id,
                            clientOf(holder.ownedBy(id)),
                            holder.permits,
                            holder.leaseMillis,
                            holder.hasNoExpiry() ? 0 : holder.expiryMillis,
                            holder.token,
                            holder.sinceMillis,
                            holder.tag.owner(),
                            holder.tag.label()));
                }
            });
            holders.sort(Comparator.comparingLong(LockRecord.Holder::token));
            List<LockRecord.Waiter> waiters = new ArrayList<>();
            lock.queue.byTicket().forEach((ticket, waiter) -> {
                waiters.add(new LockRecord.Waiter(
                        waiter.leaseId(),
                        clientOf(waiter.leaseId()),
                        ticket,
                        waiter.permits(),
                        waiter.sinceMillis(),
                        waiter.tag().owner(),
                        waiter.tag().label()));
            });
            return new LockRecord(Optional.ofNullable(lock.shape), now(), lock.lastIssued(), holders, waiters);
        });
    }

    boolean isLocked(String name) {
        return step(name, lock -> lock.holders.values().stream().anyMatch(holder -> !holder.isOver(now())));
    }

    synchronized void heartbeat(ClientRecord client, long ttlMillis) {
        micros = clockMicros.getAsLong();
        data.heartbeats.put(client.id(), new Heartbeat(client, now() + ttlMillis));
    }

    synchronized void farewell(String clientId) {
        data.heartbeats.remove(clientId);
    }

    synchronized Optional<ClientRecord> client(String clientId) {
        micros = clockMicros.getAsLong();
        return Optional.ofNullable(data.heartbeats.get(clientId))
                .filter(beat -> isAlive(clientId))
                .map(Heartbeat::client);
    }

    /** Answers the run id. */
    synchronized String boot(String knownRun, OptionalLong quiet) {
        micros = clockMicros.getAsLong();
        quiet.ifPresent(length -> data.quiet.boot(runId(), knownRun, length, now()));
        return runId();
    }

    synchronized boolean isNew(OptionalLong quiet) {
        micros = clockMicros.getAsLong();
        return quiet.isEmpty() || data.quiet.isNew();
    }

    synchronized void connected(InMemoryLockStore client) {
        clients.add(client);
    }

    synchronized void gone(InMemoryLockStore client) {
        clients.remove(client);
    }

    synchronized void listen(String clientId, InboxListener listener, Executor executor) {
        inboxes.put(clientId, new Inbox(listener, executor));
    }

    synchronized void unlisten(String clientId) {
        inboxes.remove(clientId);
    }

    /** Hands out what was said in steps that are done. Not under the monitor: listeners call back. */
    void deliver() {
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

    private synchronized <T> T step(String name, Step<T> step) {
        micros = clockMicros.getAsLong();
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
        Heartbeat beat = data.heartbeats.get(clientId);
        return beat != null && beat.untilMillis > now();
    }

    private Settlement.Outcome settle(String name, LockState lock, OptionalLong quiet) {
        return Settlement.settle(lock, "", quiet(quiet) > 0, micros, post(name));
    }

    private synchronized long quiet(OptionalLong length) {
        return data.quiet.left(runId(), length, now());
    }

    private long now() {
        return micros / 1000;
    }

    private Post post(String lock) {
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

    /** What a server stores, as it was at one moment. */
    public static final class Snapshot {
        private final Data data;

        private Snapshot(Data data) {
            this.data = data;
        }

        /** Nothing is stored. */
        public static Snapshot empty() {
            return new Snapshot(new Data());
        }
    }

    private static final class Data {
        final Map<String, LockState> locks = new TreeMap<>();
        final Map<String, Heartbeat> heartbeats = new TreeMap<>();
        QuietState quiet = new QuietState();

        Data copy() {
            Data copy = new Data();
            locks.forEach((name, lock) -> copy.locks.put(name, lock.copy()));
            copy.heartbeats.putAll(heartbeats);
            copy.quiet = quiet.copy();
            return copy;
        }
    }

    private record Heartbeat(ClientRecord client, long untilMillis) {}

    private record Inbox(InboxListener listener, Executor executor) {}

    private interface Step<T> {
        T run(LockState lock);
    }
}
