package dev.mortise.testkit.memory;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreStatus;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.WithdrawReply;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to an {@link InMemoryServer}. A request is executed at once, on the calling thread; its reply
 * and every message of the inbox go through the executor, so that a test decides when and in which order they arrive.
 * Thread-safe.
 */
public final class InMemoryLockStore implements SingleAuthorityStore, VotingStore {
    private final InMemoryServer server;
    private final Executor deliveries;
    private final OptionalLong quietMillis;
    private final StoreFaults faults = new StoreFaults();
    private final InMemoryAnswers answers;

    // Guarded by this.
    private final Map<StoreOperation, Integer> requests = new EnumMap<>(StoreOperation.class);
    private @Nullable String clientId;
    private @Nullable InboxListener inbox;
    private volatile boolean deaf;
    private String knownRun = "";
    private boolean connected = true;
    private boolean closed;

    /** Replies and messages arrive at once; no quiet period. */
    public InMemoryLockStore(InMemoryServer server) {
        this(server, Runnable::run, Optional.empty());
    }

    /**
     * @param deliveries carries replies and messages to the client
     * @param quietPeriod how long this client wants a server to be quiet that may have lost writes
     */
    public InMemoryLockStore(InMemoryServer server, Executor deliveries, Optional<Duration> quietPeriod) {
        this.server = server;
        this.deliveries = deliveries;
        this.answers = new InMemoryAnswers(server, deliveries, faults);
        this.quietMillis = quietPeriod.stream().mapToLong(Duration::toMillis).findFirst();
        server.connected(this);
    }

    /** What goes wrong on this connection. */
    public StoreFaults faults() {
        return faults;
    }

    /** How many such requests were sent, also those that a fault stopped. */
    public synchronized int requests(StoreOperation operation) {
        return requests.getOrDefault(operation, 0);
    }

    /** The connection breaks: nobody hears this inbox, replies that wait are lost, requests are rejected. */
    public void disconnect() {
        synchronized (this) {
            connected = false;
        }
        loseInbox();
        faults.loseReplies();
    }

    /** Only the inbox breaks; requests go on. */
    public synchronized void loseInbox() {
        if (clientId != null) {
            server.unlisten(clientId);
        }
    }

    /** The inbox is broken, and the client knows it and says so in its requests. */
    public void deafen() {
        loseInbox();
        InboxListener listener;
        synchronized (this) {
            listener = deaf ? null : inbox;
            deaf = true;
        }
        if (listener != null) {
            deliveries.execute(listener::deaf);
        }
    }

    /** Whether it says that no message reaches it. */
    public boolean isDeaf() {
        return deaf;
    }

    /** What was broken is whole again: the inbox listens, and then its listener is told so. */
    public void reconnect() {
        InboxListener listener;
        synchronized (this) {
            if (closed) {
                return;
            }
            connected = true;
            deaf = false;
            listener = inbox;
            if (listener == null) {
                return;
            }
            listen();
        }
        deliveries.execute(listener::reconnected);
    }

    @Override
    public CompletableFuture<Void> open(String id, InboxListener listener) {
        synchronized (this) {
            if (clientId == null) {
                clientId = id;
                inbox = listener;
                if (connected && !closed) {
                    listen();
                }
            }
            if (!connected || closed) {
                return CompletableFuture.failedFuture(InMemoryAnswers.notConnected());
            }
        }
        CompletableFuture<Void> opened = new CompletableFuture<>();
        deliveries.execute(() -> opened.complete(null));
        return opened;
    }

    @Override
    public CompletableFuture<Boolean> isNew() {
        return call(StoreOperation.HEARTBEAT, () -> server.isNew(quietMillis));
    }

    @Override
    public CompletableFuture<String> join(String id, InboxListener listener, boolean isNew) {
        synchronized (this) {
            knownRun = !isNew && knownRun.isEmpty() ? QuietState.OTHERS_KNEW : knownRun;
        }
        return open(id, listener).thenApply(opened -> "");
    }

    @Override
    public CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        StoreOperation operation = request.copies().isPresent() ? StoreOperation.COPY : StoreOperation.ACQUIRE;
        return call(operation, () -> server.acquire(request, deaf && request.queue(), quietMillis));
    }

    @Override
    public CompletableFuture<VoteReply> vote(VoteRequest request) {
        return call(StoreOperation.VOTE, () -> server.vote(request, quietMillis));
    }

    @Override
    public CompletableFuture<Boolean> unvote(String lock, String leaseId, long token) {
        return call(StoreOperation.UNVOTE, () -> server.unvote(lock, leaseId, token, quietMillis));
    }

    @Override
    public CompletableFuture<Optional<List<Long>>> acquireAll(List<AcquireRequest> requests) {
        List<AcquireRequest> copy = List.copyOf(requests);
        return call(StoreOperation.ACQUIRE_ALL, () -> server.acquireAll(copy, quietMillis));
    }

    @Override
    public CompletableFuture<Boolean> release(String lock, String leaseId, long hint, long used) {
        return call(StoreOperation.RELEASE, () -> server.release(lock, leaseId, used, quietMillis));
    }

    @Override
    public CompletableFuture<Optional<Reserved>> reserve(String lock, String leaseId, long leaseMillis, long tokens) {
        return call(StoreOperation.RESERVE, () -> server.reserve(lock, leaseId, leaseMillis, tokens));
    }

    @Override
    public CompletableFuture<AcquireReply> upgrade(AcquireRequest request) {
        StoreOperation operation = request.copies().isPresent() ? StoreOperation.COPY : StoreOperation.UPGRADE;
        return call(operation, () -> server.upgrade(request, quietMillis));
    }

    @Override
    public CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor) {
        return call(StoreOperation.DOWNGRADE, () -> server.downgrade(lock, leaseId, leaseMillis, floor, quietMillis));
    }

    @Override
    public CompletableFuture<Optional<Reserved>> giveUpUpgrade(
            String lock, String leaseId, long leaseMillis, long floor, long attempt) {
        return call(
                StoreOperation.DOWNGRADE,
                () -> server.giveUpUpgrade(lock, leaseId, leaseMillis, floor, attempt, quietMillis));
    }

    @Override
    public CompletableFuture<Boolean> split(
            String lock, String leaseId, String newLeaseId, long leaseMillis, long token) {
        return call(StoreOperation.SPLIT, () -> server.split(lock, leaseId, newLeaseId, leaseMillis, token));
    }

    @Override
    public CompletableFuture<List<RenewReply>> renew(List<RenewRequest> requests) {
        List<RenewRequest> copy = List.copyOf(requests);
        return call(StoreOperation.RENEW, () -> server.renew(copy, quietMillis));
    }

    @Override
    public int renewBatch() {
        return 500;
    }

    @Override
    public CompletableFuture<WithdrawReply> withdraw(String lock, String leaseId, long tombstoneMillis) {
        return call(StoreOperation.WITHDRAW, () -> server.withdraw(lock, leaseId, tombstoneMillis, quietMillis));
    }

    @Override
    public CompletableFuture<Optional<Long>> adopt(
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        return call(
                StoreOperation.ADOPT, () -> server.adopt(lock, leaseId, adoption, adoptionId, token, leaseMillis, tag));
    }

    @Override
    public CompletableFuture<LockRecord> inspect(String lock) {
        return call(StoreOperation.INSPECT, () -> server.inspect(lock));
    }

    @Override
    public CompletableFuture<Glance> glance(String lock, String leaseId) {
        return call(StoreOperation.GLANCE, () -> server.glance(lock, leaseId));
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String lock) {
        return call(StoreOperation.INSPECT, () -> server.isLocked(lock));
    }

    @Override
    public CompletableFuture<Integer> force(
            String lock, Optional<ExactHold> only, String reason, long tombstoneMillis) {
        return call(StoreOperation.FORCE, () -> server.force(lock, only, reason, tombstoneMillis, quietMillis));
    }

    @Override
    public CompletableFuture<Integer> collect(String lock, long graceMillis) {
        return call(StoreOperation.COLLECT, () -> server.collect(lock, graceMillis, quietMillis));
    }

    @Override
    public CompletableFuture<Boolean> resize(String lock, long permits) {
        return call(StoreOperation.RESIZE, () -> server.resize(lock, permits, quietMillis));
    }

    @Override
    public CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis) {
        return call(StoreOperation.HEARTBEAT, () -> {
            server.heartbeat(client, ttlMillis);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> farewell(String client) {
        return call(StoreOperation.HEARTBEAT, () -> {
            server.farewell(client);
            return null;
        });
    }

    @Override
    public Remains remains() {
        return new InMemoryRemains(this, server, quietMillis);
    }

    @Override
    public WaitRegister waits() {
        return new InMemoryWaitRegister(this, server);
    }

    @Override
    public Catalogue catalogue() {
        return new InMemoryCatalogue(this, server);
    }

    @Override
    public CompletableFuture<Optional<ClientRecord>> client(String client) {
        return call(StoreOperation.HEARTBEAT, () -> server.client(client));
    }

    @Override
    public CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms) {
        return InMemoryAnswers.findings();
    }

    @Override
    public synchronized StoreStatus known() {
        return InMemoryAnswers.known(connected, inbox != null && connected && !deaf);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        server.gone(this);
        disconnect();
    }

    <T> CompletableFuture<T> call(StoreOperation operation, Supplier<T> step) {
        boolean reachable;
        synchronized (this) {
            requests.merge(operation, 1, Integer::sum);
            reachable = connected;
        }
        return answers.to(operation, faults.next(operation), reachable, step);
    }

    /** As a connection does that is up again: it meets the server process first, and then subscribes. */
    private void listen() {
        knownRun = server.boot(knownRun, quietMillis);
        if (clientId != null && inbox != null) {
            server.listen(clientId, inbox, deliveries);
        }
    }
}
