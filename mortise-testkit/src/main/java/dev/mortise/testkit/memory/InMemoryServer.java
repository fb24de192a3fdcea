package dev.mortise.testkit.memory;

import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.WithdrawReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * One server without a server: the reference model of the protocol. Its clients are {@link InMemoryLockStore}s. It does
 * what the scripts do, one step at a time, on the thread that asks; messages are handed to the executors of their
 * clients after the step. Thread-safe.
 */
public final class InMemoryServer extends ServerParts {
    private final List<InMemoryLockStore> clients = new ArrayList<>(); // guarded by this
    private ReachedCopies copied = ReachedCopies.NOWHERE; // guarded by this

    /**
     * @param clockMicros this server's clock, in microseconds since 1970
     */
    public InMemoryServer(LongSupplier clockMicros) {
        super(clockMicros);
    }

    /** From now on scripts may not learn how long it has been up, as where the user lacks that right. */
    public synchronized void hideStart() {
        hideUpTime();
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
        begin(from.data.copy());
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
    @Override
    public synchronized String runId() {
        return super.runId();
    }

    /** The lock as stored, one line per fact in a fixed order; empty for a lock that leaves no trace. */
    public synchronized String describe(String lock) {
        return step(lock, LockState::describe);
    }

    /** The marker of the quiet period, or "" when there is none. */
    public synchronized String describeQuiet() {
        return data.quiet.describe();
    }

    /** The owners in the register of waits, also those whose records are not believed any more. */
    public synchronized List<String> waitingOwners() {
        return data.waits.owners();
    }

    /** Loses the register of waits, and nothing else. */
    public synchronized void forgetWaits() {
        data.waits = new WaitRegistry();
    }

    /** Names of the locks that leave a trace. */
    public synchronized List<String> locks() {
        List<String> names = new ArrayList<>(data.locks.keySet());
        names.removeIf(lock -> describe(lock).isEmpty());
        return names;
    }

    /** @param deaf whether no message reaches the client, and it says so */
    AcquireReply acquire(AcquireRequest request, boolean deaf, OptionalLong quiet) {
        return step(
                request.lock(),
                lock -> copied(
                        request,
                        new Acquiring(lock, request, deaf, micros, post(request.lock())).run(() -> quiet(quiet))));
    }

    synchronized Optional<List<Long>> acquireAll(List<AcquireRequest> requests, OptionalLong quiet) {
        if (quiet.isPresent()) {
            return Optional.empty();
        }
        boolean free = requests.stream().allMatch(request -> step(request.lock(), lock -> lock.tidy(micros)));
        if (free) {
            requests.forEach(request -> step(request.lock(), lock -> {
                lock.checkAhead(request.floor(), micros);
                return true;
            }));
        }
        List<Long> tokens = new ArrayList<>();
        for (AcquireRequest request : requests) {
            OptionalLong token = step(
                    request.lock(),
                    lock -> free
                            ? OptionalLong.of(Acquiring.grantFree(lock, request, micros))
                            : tokenOf(lock, request));
            if (token.isEmpty()) {
                return Optional.empty();
            }
            tokens.add(token.getAsLong());
        }
        return Optional.of(tokens);
    }

    /** Of a grant that is repeated. */
    private OptionalLong tokenOf(LockState lock, AcquireRequest request) {
        Holder mine = lock.live(request.leaseId(), now());
        return mine == null ? OptionalLong.empty() : OptionalLong.of(mine.token);
    }

    VoteReply vote(VoteRequest request, OptionalLong quiet) {
        return step(request.lock(), lock -> {
            VoteReply reply = new Voting(lock, request, micros, post(request.lock())).run(() -> quiet(quiet));
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

    AcquireReply upgrade(AcquireRequest request, OptionalLong quiet) {
        return step(
                request.lock(),
                lock -> copied(
                        request, new Upgrading(lock, request, micros, post(request.lock())).run(() -> quiet(quiet))));
    }

    /** A grant that is not copied as far as it is wanted never will be, so nobody has to wait for that. */
    private synchronized AcquireReply copied(AcquireRequest request, AcquireReply reply) {
        boolean isReached =
                request.copies().map(copies -> copies.isReachedBy(copied)).orElse(true);
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

    synchronized List<RenewReply> renew(List<RenewRequest> requests, OptionalLong quiet) {
        readClock();
        boolean isQuiet = quiet(quiet) > 0;
        List<RenewReply> replies = new ArrayList<>();
        for (RenewRequest request : requests) {
            replies.add(step(request.lock(), lock -> Renewing.renew(lock, request, isQuiet, micros)));
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

    Optional<Long> adopt(
            String name, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        OptionalLong granted =
                step(name, lock -> Adopting.adopt(lock, leaseId, adoption, adoptionId, token, leaseMillis, tag, now()));
        return granted.stream().boxed().findFirst();
    }

    int force(String name, Optional<ExactHold> only, String reason, long tombstoneMillis, OptionalLong quiet) {
        return step(name, lock -> {
            if (lock.isIdle() || only.filter(hold -> !lock.has(hold, now())).isPresent()) {
                return 0;
            }
            Map<String, Holder> ended = Ending.force(lock, only, reason, tombstoneMillis, now());
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
        return step(name, lock -> Inspection.of(lock, now()));
    }

    Glance glance(String name, String leaseId) {
        return step(name, lock -> Inspection.glance(lock, leaseId, now()));
    }

    boolean isLocked(String name) {
        return step(name, lock -> lock.holders.values().stream().anyMatch(holder -> !holder.isOver(now())));
    }

    /** Answers the run id. */
    synchronized String boot(String knownRun, OptionalLong quiet) {
        readClock();
        quiet.ifPresent(length -> data.quiet.boot(runId(), knownRun, length, now()));
        return runId();
    }

    synchronized boolean isNew(OptionalLong quiet) {
        readClock();
        return quiet.isEmpty() || data.quiet.isNew();
    }

    synchronized void connected(InMemoryLockStore client) {
        clients.add(client);
    }

    synchronized void gone(InMemoryLockStore client) {
        clients.remove(client);
    }

    /** What a server stores, as it was at one moment. */
    public static final class Snapshot {
        private final StoredData data;

        private Snapshot(StoredData data) {
            this.data = data;
        }

        /** Nothing is stored. */
        public static Snapshot empty() {
            return new Snapshot(new StoredData());
        }
    }
}
