package dev.mortise.internal.quorum;

import dev.mortise.LockKind;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.StoreStatus;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.WithdrawReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Several independent servers as one authority: a lease holds when a majority of them has it on record. Each answers within
 * its own time limit, far below the lease; an acquire takes three of them at most. Mutexes and read-write locks only,
 * without required copies.
 */
public final class QuorumStore implements LockStore {
    /*
     * Overview. Every request goes to all nodes at once and ends as soon as the answers decide it (QuorumCall). What single nodes
     * then still have to be told, NodeOutbox repeats. What one lease id may have left where, its QuorumAcquire knows.
     *
     * Exclusion: two majorities share a node, and a node gives its vote to one lease at a time. Votes are only taken back for
     * rounds that have failed. A lease that a node has lost comes back there by its renewal only, and only while that node
     * gives no votes.
     *
     * Tokens: a node accepts none that is not above all it has accepted, or that is far behind its clock; so of two leases
     * one after the other the later has the greater one. The client proposes them, and comes with a greater one when it was
     * outbid.
     */
    private final Quorum quorum;
    private final QuorumWaitRegister waits;
    private final OrphanVotes orphans;
    private final NodesView nodes;
    private final ConcurrentMap<String, QuorumAcquire> acquires = new ConcurrentHashMap<>();

    /** Until when a client that opens asks again what was not answered, ns: its opening begins when this is made. */
    private final long openingUntilNanos;

    /** With how many acquires to look for forgotten ones. */
    private volatile int sweepAt = 64;

    /**
     * @param nodes by name, in the order in which they are reported; each answers within its own time limit
     * @param time not closed with this
     */
    public QuorumStore(Map<String, ? extends VotingStore> nodes, Time time, QuorumSettings settings) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a quorum needs nodes");
        }
        List<Node> all = new ArrayList<>();
        nodes.forEach((name, store) -> all.add(new Node(all.size(), name, store, time)));
        this.quorum = new Quorum(List.copyOf(all), time, settings, new TokenProposals(time), new NodeOutbox(time));
        this.orphans = new OrphanVotes(quorum);
        this.nodes = new NodesView(quorum);
        this.waits = new QuorumWaitRegister(quorum);
        this.openingUntilNanos = time.nanos() + settings.opening().toNanos();
    }

    /** How the nodes are. */
    public NodesView nodes() {
        return nodes;
    }

    /** How many lease ids it remembers something of. */
    public int acquires() {
        return acquires.size();
    }

    /** How many single nodes still have to be told something. */
    public int outbox() {
        return quorum.outbox().size();
    }

    @Override
    public CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        String why = whyRefused(request);
        if (!why.isEmpty()) {
            return CompletableFuture.failedFuture(new StoreException(Effect.REFUSED, why, null));
        }
        sweep();
        String leaseId = request.leaseId();
        while (true) {
            QuorumAcquire acquire = acquires.computeIfAbsent(leaseId, unknown -> begin(request.lock(), leaseId));
            CompletableFuture<AcquireReply> reply = acquire.acquire(request);
            if (reply != null) {
                return reply;
            }
            acquires.remove(leaseId, acquire);
        }
    }

    private static String whyRefused(AcquireRequest request) {
        if (request.shape().kind() == LockKind.SEMAPHORE) {
            return "a semaphore cannot be counted over a quorum: its nodes may each have other holders";
        }
        return request.copies().isPresent()
                ? "durability is not offered over a quorum: its majority is what copies are elsewhere"
                : "";
    }

    private QuorumAcquire begin(String lock, String leaseId) {
        return new QuorumAcquire(quorum, orphans, lock, leaseId, over -> acquires.remove(leaseId, over));
    }

    /** Drops what was given to other clients; each of them is looked at a few times in its life. */
    private void sweep() {
        if (acquires.size() >= sweepAt) {
            acquires.values().removeIf(QuorumAcquire::isForgotten);
            sweepAt = Math.max(64, 2 * acquires.size());
        }
    }

    @Override
    public CompletableFuture<Boolean> release(String lock, String leaseId, long hint, long used) {
        return withdraw(lock, leaseId, 0).thenApply(was -> was == WithdrawReply.GRANTED);
    }

    @Override
    public CompletableFuture<WithdrawReply> withdraw(String lock, String leaseId, long tombstoneMillis) {
        QuorumAcquire acquire = acquires.remove(leaseId);
        if (acquire != null) {
            acquire.end();
        }
        return new QuorumRelease(quorum, lock, leaseId, tombstoneMillis, acquire).run();
    }

    @Override
    public CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor) {
        long onNode = quorum.settings().onNode(leaseMillis);
        CompletableFuture<MajorityAnswer<Reserved>> reader = QuorumCall.of(
                quorum,
                node -> node.ask(store -> store.downgrade(lock, leaseId, onNode, floor))
                        .whenComplete((done, failure) -> {
                            if (failure != null) {
                                quorum.outbox()
                                        .repeat(
                                                node,
                                                leaseId,
                                                patience(leaseMillis),
                                                store -> store.downgrade(lock, leaseId, onNode, floor));
                            }
                        }),
                answers -> MajorityAnswer.of(quorum, answers, QuorumStore::asReader));
        return reader.thenApply(MajorityAnswer::value);
    }

    private static long patience(long leaseMillis) {
        return leaseMillis == 0 ? VoteRecord.PATIENCE : TimeUnit.MILLISECONDS.toNanos(leaseMillis);
    }

    /** Every grant has a block of tokens, none of which is handed on here: the reader gets the second of its own. */
    private static Reserved asReader(List<Reserved> votes) {
        long token = votes.stream().mapToLong(Reserved::token).max().orElseThrow();
        long waiting = votes.stream().mapToLong(Reserved::waiting).max().orElseThrow();
        return new Reserved(token + 1, waiting);
    }

    @Override
    public CompletableFuture<List<RenewReply>> renew(List<RenewRequest> requests) {
        List<RenewRequest> copy = List.copyOf(requests);
        for (RenewRequest request : copy) {
            QuorumAcquire acquire = acquires.get(request.leaseId());
            if (acquire != null) {
                acquire.asked(request.leaseMillis());
            }
        }
        return QuorumRenew.of(quorum, copy).thenApply(replies -> {
            for (int i = 0; i < copy.size(); i++) {
                QuorumAcquire acquire = acquires.get(copy.get(i).leaseId());
                if (acquire != null && replies.get(i) instanceof RenewReply.Renewed) {
                    acquire.confirmed();
                }
            }
            return replies;
        });
    }

    @Override
    public int renewBatch() {
        return quorum.nodes().stream()
                .mapToInt(node -> node.store().renewBatch())
                .min()
                .orElseThrow();
    }

    @Override
    public CompletableFuture<Optional<Long>> adopt(
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        long onNode = quorum.settings().onNode(leaseMillis);
        CompletableFuture<MajorityAnswer<Long>> granted = QuorumCall.of(
                quorum,
                node -> node.ask(store -> store.adopt(lock, leaseId, adoption, adoptionId, token, onNode, tag)),
                answers -> MajorityAnswer.of(quorum, answers, QuorumStore::latest));
        return granted.thenApply(presence -> {
            Optional<Long> adopted = presence.value();
            adopted.ifPresent(with -> acquires.computeIfAbsent(leaseId, unknown -> begin(lock, leaseId))
                    .adopted(with, leaseMillis));
            return adopted;
        });
    }

    private static Long latest(List<Long> tokens) {
        return tokens.stream().mapToLong(token -> token).max().orElseThrow();
    }

    @Override
    public CompletableFuture<LockRecord> inspect(String lock) {
        return QuorumCall.of(
                quorum,
                node -> node.ask(store -> store.inspect(lock)),
                (Answers<LockRecord> answers) -> MergedRecord.of(quorum, answers));
    }

    @Override
    public CompletableFuture<Glance> glance(String lock, String leaseId) {
        return QuorumCall.of(
                quorum,
                node -> node.ask(store -> store.glance(lock, leaseId)),
                (Answers<Glance> answers) -> MergedGlance.of(quorum, answers));
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String lock) {
        return inspect(lock).thenApply(record -> !record.holders().isEmpty());
    }

    /** Answers for the node that ended most: what a majority no longer has is over, also where a node did not answer. */
    @Override
    public CompletableFuture<Integer> force(
            String lock, Optional<ExactHold> only, String reason, long tombstoneMillis) {
        return QuorumCall.most(quorum, store -> store.force(lock, only, reason, tombstoneMillis));
    }

    /** As {@link #force}. */
    @Override
    public CompletableFuture<Integer> collect(String lock, long graceMillis) {
        long onNode = quorum.settings().onNode(graceMillis);
        return QuorumCall.most(quorum, store -> store.collect(lock, onNode));
    }

    @Override
    public CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis) {
        return QuorumCall.byMajority(quorum, (node, store) -> store.heartbeat(client, ttlMillis));
    }

    /** The last request: behind what single nodes are being told, as they would keep it for a lease otherwise. */
    @Override
    public CompletableFuture<Void> farewell(String clientId) {
        quorum.outbox().tryNow();
        return quorum.outbox()
                .settled()
                .thenCompose(done -> QuorumCall.byMajority(quorum, (node, store) -> store.farewell(clientId)));
    }

    @Override
    public Remains remains() {
        return new QuorumRemains(quorum);
    }

    @Override
    public WaitRegister waits() {
        return waits;
    }

    @Override
    public Catalogue catalogue() {
        return new QuorumCatalogue(quorum);
    }

    @Override
    public CompletableFuture<Optional<ClientRecord>> client(String clientId) {
        CompletableFuture<MajorityAnswer<ClientRecord>> record =
                QuorumCall.of(quorum, node -> node.ask(store -> store.client(clientId)), answers -> anybody(answers));
        return record.thenApply(MajorityAnswer::value);
    }

    private static @Nullable MajorityAnswer<ClientRecord> anybody(Answers<Optional<ClientRecord>> answers) {
        for (Answers.Answer<Optional<ClientRecord>> answer : answers.given()) {
            if (answer.value().isPresent()) {
                return new MajorityAnswer<>(answer.value());
            }
        }
        if (!answers.sure()) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(false);
        }
        return new MajorityAnswer<>(Optional.empty());
    }

    /** Completes when all nodes have answered, or not in time, and a majority can be heard; the others go on to try. */
    @Override
    public CompletableFuture<Void> open(String clientId, InboxListener listener) {
        return new QuorumOpening(quorum, acquires::get, openingUntilNanos).open(clientId, listener);
    }

    @Override
    public String whyNot(String lock) {
        return nodes.whyNot(lock);
    }

    @Override
    public CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms) {
        return nodes.diagnose(terms);
    }

    @Override
    public StoreStatus known() {
        return nodes.known();
    }

    @Override
    public void close() {
        quorum.outbox().close();
        acquires.clear();
        nodes.close();
    }
}
