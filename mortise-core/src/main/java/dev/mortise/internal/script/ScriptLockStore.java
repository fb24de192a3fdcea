package dev.mortise.internal.script;

import dev.mortise.LockKind;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.diagnosis.Setup;
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
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.StoreStatus;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteReply;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.internal.store.VotingStore;
import dev.mortise.internal.store.WaitRegister;
import dev.mortise.internal.store.WithdrawReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The port over Lua scripts, on one server or on a cluster: arguments in, replies out, no decision of its own. */
public final class ScriptLockStore implements SingleAuthorityStore, VotingStore {
    /** Many enough to save requests, and few enough to be no long script. */
    private static final int RENEW_BATCH = 100;

    private final ScriptRunner runner;
    private final Keys keys;
    private final QuietMarker quiet;
    private final KnownVersions versions;

    /** Written when it is opened. */
    private volatile @Nullable InboxParser inbox;

    /** Where no versions are known. */
    public ScriptLockStore(ScriptRunner runner, Keys keys, QuietMarker quiet) {
        this(runner, keys, quiet, new KnownVersions());
    }

    /** @param versions what is known of those of the servers */
    public ScriptLockStore(ScriptRunner runner, Keys keys, QuietMarker quiet, KnownVersions versions) {
        this.versions = versions;
        this.runner = runner;
        this.keys = keys;
        this.quiet = quiet;
    }

    @Override
    public CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        InboxParser messages = inbox;
        return ask(Script.ACQUIRE, request, messages != null && messages.isDeaf() ? " 2 " : " 1 ");
    }

    @Override
    public CompletableFuture<AcquireReply> upgrade(AcquireRequest request) {
        return ask(Script.UPGRADE, request, " 1 ");
    }

    private CompletableFuture<AcquireReply> ask(Script script, AcquireRequest request, String queue) {
        String numbers = request.permits() + " " + request.leaseMillis() + (request.queue() ? queue : " 0 ")
                + request.maxWaiters() + " " + request.ticket();
        List<String> args = List.of(
                request.leaseId(),
                request.shape().encode(),
                numbers,
                Long.toString(request.floor()),
                Tags.encode(request.tag()));
        List<String> locks = quiet.keys(keys.lock(request.lock()));
        if (request.copies().isEmpty()) {
            return runner.run(script, locks, quiet.args(args)).thenApply(Replies::acquire);
        }
        RequiredCopies wanted = request.copies().get();
        return runner.runCopied(script, locks, quiet.args(args), wanted)
                .thenApply(copied -> Replies.acquire(copied, wanted));
    }

    @Override
    public String whyNot(String lock) {
        return runner.whyNot(keys.lock(lock));
    }

    @Override
    public CompletableFuture<Optional<List<Long>>> acquireAll(List<AcquireRequest> requests) {
        if (quiet.isKept()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        List<String> locks =
                requests.stream().map(each -> keys.lock(each.lock())).toList();
        AcquireRequest terms = requests.get(0);
        List<String> args = new ArrayList<>(List.of(
                terms.shape().encode(),
                Long.toString(terms.permits()),
                Long.toString(terms.leaseMillis()),
                Tags.encode(terms.tag())));
        for (AcquireRequest request : requests) {
            args.add(request.leaseId());
            args.add(Long.toString(request.floor()));
        }
        return runner.runTogether(Script.ACQUIRE_ALL, locks, args)
                .thenApply(reply -> reply.flatMap(Replies::acquireAll));
    }

    @Override
    public CompletableFuture<Boolean> release(String lock, String leaseId, long hint, long used) {
        List<String> args = List.of(leaseId, used == 0 ? Long.toString(hint) : hint + " " + used);
        return runner.run(Script.RELEASE, quiet.keys(keys.lock(lock)), quiet.args(args))
                .thenApply(Replies::isOne);
    }

    @Override
    public CompletableFuture<Optional<Reserved>> reserve(String lock, String leaseId, long leaseMillis, long tokens) {
        List<String> args = List.of(leaseId, Long.toString(leaseMillis), Long.toString(tokens));
        return runner.run(Script.RESERVE, List.of(keys.lock(lock)), args).thenApply(Replies::reserved);
    }

    @Override
    public CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor) {
        return becomeReader(lock, leaseId, leaseMillis, floor, 0);
    }

    @Override
    public CompletableFuture<Optional<Reserved>> giveUpUpgrade(
            String lock, String leaseId, long leaseMillis, long floor, long attempt) {
        return becomeReader(lock, leaseId, leaseMillis, floor, attempt);
    }

    private CompletableFuture<Optional<Reserved>> becomeReader(
            String lock, String leaseId, long leaseMillis, long floor, long attempt) {
        List<String> args = List.of(leaseId, Long.toString(leaseMillis), Long.toString(floor), Long.toString(attempt));
        return runner.run(Script.DOWNGRADE, quiet.keys(keys.lock(lock)), quiet.args(args))
                .thenApply(Replies::reserved);
    }

    @Override
    public CompletableFuture<Boolean> split(
            String lock, String leaseId, String newLeaseId, long leaseMillis, long token) {
        List<String> args = List.of(leaseId, newLeaseId, Long.toString(leaseMillis), Long.toString(token));
        return runner.run(Script.SPLIT, List.of(keys.lock(lock)), args).thenApply(Replies::isOne);
    }

    @Override
    public CompletableFuture<List<RenewReply>> renew(List<RenewRequest> requests) {
        List<String> locks = new ArrayList<>(requests.size() + 1);
        StringBuilder lines = new StringBuilder(requests.size() * 48);
        for (RenewRequest request : requests) {
            locks.add(keys.lock(request.lock()));
            lines.append(request.leaseId()).append(' ').append(request.leaseMillis());
            lines.append(request.mayShorten() ? " 1" : " 0");
            if (quiet.isKept()) {
                lines.append(' ').append(request.shape().encode());
                lines.append(' ').append(request.permits()).append(' ').append(request.token());
                lines.append(' ').append(Tags.encode(request.tag()));
            }
            lines.append('\n');
        }
        return runner.runApart(Script.RENEW, quiet.keys(locks), quiet.args(List.of(lines.toString())))
                .thenApply(Replies::renew);
    }

    @Override
    public int renewBatch() {
        return runner.hasAllKeys() ? RENEW_BATCH : 1;
    }

    @Override
    public CompletableFuture<WithdrawReply> withdraw(String lock, String leaseId, long tombstoneMillis) {
        List<String> args = List.of(leaseId, Long.toString(tombstoneMillis));
        return runner.run(Script.WITHDRAW, quiet.keys(keys.lock(lock)), quiet.args(args))
                .thenApply(Replies::withdraw);
    }

    @Override
    public CompletableFuture<Optional<Long>> adopt(
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        List<String> args = List.of(
                leaseId,
                Integer.toString(adoption),
                adoptionId,
                Long.toString(leaseMillis),
                Tags.encode(tag),
                Long.toString(token));
        return runner.run(Script.ADOPT, List.of(keys.lock(lock)), args).thenApply(Replies::adopt);
    }

    @Override
    public CompletableFuture<LockRecord> inspect(String lock) {
        return InSteps.fields(runner, keys.lock(lock)).thenApply(LockHash::read);
    }

    @Override
    public CompletableFuture<Glance> glance(String lock, String leaseId) {
        return InSteps.glance(runner, keys.lock(lock), leaseId);
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String lock) {
        return InSteps.isHeld(runner, keys.lock(lock));
    }

    @Override
    public CompletableFuture<Integer> force(
            String lock, Optional<ExactHold> only, String reason, long tombstoneMillis) {
        String tombstone = Long.toString(tombstoneMillis);
        String one = only.map(hold -> hold.leaseId() + " " + hold.token()).orElse("");
        return end(
                Script.FORCE,
                lock,
                before -> List.of(reason, tombstone, InSteps.next(before), (String) before.get(2), one));
    }

    @Override
    public CompletableFuture<Integer> collect(String lock, long graceMillis) {
        String grace = Long.toString(graceMillis);
        return end(Script.COLLECT, lock, before -> List.of(grace, InSteps.next(before)));
    }

    /** Answers how many holds were ended. */
    private CompletableFuture<Integer> end(Script script, String lock, Function<List<?>, List<String>> args) {
        AtomicInteger ended = new AtomicInteger();
        return InSteps.run(
                        before -> runner.run(script, quiet.keys(keys.lock(lock)), quiet.args(args.apply(before))),
                        parts -> ended.addAndGet(Math.toIntExact(Replies.number(parts.get(0)))))
                .thenApply(last -> ended.get());
    }

    @Override
    public CompletableFuture<Boolean> resize(String lock, long permits) {
        List<String> shape = List.of(new Shape(LockKind.SEMAPHORE, permits).encode());
        return runner.run(Script.RESIZE, quiet.keys(keys.lock(lock)), quiet.args(shape))
                .thenApply(Replies::isOne);
    }

    @Override
    public CompletableFuture<VoteReply> vote(VoteRequest request) {
        String numbers = request.permits() + " " + request.leaseMillis() + (request.queue() ? " 1 " : " 0 ")
                + request.maxWaiters() + " " + request.token();
        String shape = request.shape().inQuorum().encode();
        return runner.run(
                        Script.VOTE,
                        quiet.keys(keys.lock(request.lock())),
                        quiet.args(List.of(request.leaseId(), shape, numbers, Tags.encode(request.tag()))))
                .thenApply(Replies::vote);
    }

    @Override
    public CompletableFuture<Boolean> unvote(String lock, String leaseId, long token) {
        return runner.run(
                        Script.UNVOTE, quiet.keys(keys.lock(lock)), quiet.args(List.of(leaseId, Long.toString(token))))
                .thenApply(Replies::isOne);
    }

    @Override
    public CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis) {
        return runner.runApart(Script.HEARTBEAT, List.of(keys.client(client.id())), ClientFields.of(client, ttlMillis))
                .thenApply(reply -> null);
    }

    @Override
    public CompletableFuture<Void> farewell(String clientId) {
        List<String> args = List.of("0", "name", "");
        return runner.run(Script.HEARTBEAT, List.of(keys.client(clientId)), args)
                .thenApply(reply -> null);
    }

    @Override
    public CompletableFuture<Optional<ClientRecord>> client(String clientId) {
        return InSteps.fields(runner, keys.client(clientId))
                .thenApply(fields -> Replies.client(clientId, fields.byName()));
    }

    @Override
    public Remains remains() {
        return new ScriptRemains(runner, keys, quiet);
    }

    @Override
    public WaitRegister waits() {
        return new ScriptWaitRegister(runner, keys);
    }

    @Override
    public Catalogue catalogue() {
        return new ScriptCatalogue(runner, keys, new Rights(keys, quiet, ""));
    }

    @Override
    public CompletableFuture<Boolean> isNew() {
        return quiet.isNew(runner);
    }

    @Override
    public CompletableFuture<String> join(String clientId, InboxListener listener, boolean isNew) {
        if (!isNew && inbox == null) {
            quiet.othersKnew();
        }
        return open(clientId, listener).thenApply(opened -> quiet.run());
    }

    @Override
    public CompletableFuture<Void> open(String clientId, InboxListener listener) {
        InboxParser opened = inbox;
        if (opened != null) {
            // The runner asks for the messages by itself until they come.
            return quiet.boot(runner).thenAccept(done -> opened.requireHeard());
        }
        runner.onReconnect(() -> quiet.boot(runner));
        CompletableFuture<Void> booted = quiet.boot(runner);
        InboxParser messages = new InboxParser(listener);
        inbox = messages;
        // Also when it cannot be reached yet.
        return booted.handle((done, failure) -> runner.subscribe(keys.inbox(clientId), messages))
                .thenCompose(subscribed -> booted.thenCombine(subscribed, (done, heard) -> null));
    }

    @Override
    public CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms) {
        return new StoreDiagnosis(runner, keys, new Rights(keys, quiet, ""), versions)
                .findings(Setup.of(terms, runner.deployment()));
    }

    @Override
    public StoreStatus known() {
        InboxParser messages = inbox;
        return new StoreStatus(
                runner.deployment(),
                runner.servers().stream().map(versions::complete).toList(),
                messages != null && messages.isHeard());
    }

    @Override
    public void close() {
        runner.close();
    }
}
