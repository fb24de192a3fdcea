package dev.mortise.benchmarks.script;

import dev.mortise.benchmarks.measure.ScriptLog;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Keys;
import dev.mortise.internal.script.QuietMarker;
import dev.mortise.internal.script.ScriptLockStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteRequest;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One lock on a server of its own, to which things are done by way of the port, without an engine. What is made once is kept
 * aside and copied by the server, whatever it looks like there. Not thread-safe.
 */
public final class Stage implements AutoCloseable {
    private static final String PREFIX = "bench";
    private static final String MADE = "made";
    private static final String USED = "used";
    private static final Tag TAG = new Tag("owner", "label");
    private static final int MOST_WAITERS = 1_000_000;
    private static final long LEASE_MILLIS = TimeUnit.HOURS.toMillis(1);

    /** How many requests are under way while a lock is made. */
    private static final int PIPELINE = 500;

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration QUIET = Duration.ofDays(1);

    private final RespClient redis;
    private final ScriptLog scripts;
    private final SystemTime time = new SystemTime("bench");
    private final ScriptLockStore usual;
    private final ScriptLockStore quiet;
    private final Map<String, Long> tickets = new ConcurrentHashMap<>();
    private final Map<String, Long> tokens = new ConcurrentHashMap<>();
    private final List<CompletableFuture<?>> pending = new ArrayList<>();
    private String lock = MADE;
    private ScriptLockStore store;
    private long longest;
    private long token;

    public Stage(RedisProcess server) {
        this.redis = server.connect(PATIENCE);
        this.scripts = new ScriptLog(redis);
        this.usual = connect(server, QuietMarker.none());
        this.quiet = connect(server, QuietMarker.of(new Keys(PREFIX), QUIET));
        this.store = usual;
        usual.open(Ids.LISTENER, new Ear()).join();
        quiet.join(Ids.LISTENER, new Ear(), false).join();
    }

    private ScriptLockStore connect(RedisProcess server, QuietMarker marker) {
        Connector connector = new Connector(time, PATIENCE, Optional.empty(), "bench", Logins.NONE);
        return new ScriptLockStore(
                connector.server(RedisURI.create(server.host(), server.port())), new Keys(PREFIX), marker);
    }

    /** Makes the lock anew. */
    public void make(Operation operation, int n) throws Exception {
        lock = MADE;
        store = usual;
        tickets.clear();
        tokens.clear();
        drop();
        operation.making().run(this, n);
        settle();
    }

    /** Does the calls on a copy of what was made; answers how long the longest of them took, us. */
    public long longestOf(Operation operation, int n) throws Exception {
        lock = USED;
        store = usual;
        longest = 0;
        drop();
        for (String key : keys(MADE)) {
            redis.command("COPY", key, key.replace(braced(MADE), braced(USED)), "REPLACE");
        }
        operation.calls().run(this, n);
        return longest;
    }

    @Override
    public void close() {
        usual.close();
        quiet.close();
        time.close();
        redis.close();
    }

    private void drop() {
        keys(lock).forEach(key -> redis.command("DEL", key));
    }

    private List<String> keys(String name) {
        return ((List<?>) Objects.requireNonNull(redis.command("KEYS", PREFIX + ":" + braced(name) + "*")))
                .stream().map(String::valueOf).toList();
    }

    private static String braced(String name) {
        return "{" + name + "}";
    }

    // What follows is done while a lock is made: many requests are under way at a time, in order.

    void hold(Shape shape, long permits, String leaseId) {
        send(usual.acquire(request(shape, permits, leaseId, false)).thenAccept(reply -> {
            if (reply instanceof AcquireReply.Granted granted) {
                tokens.put(leaseId, granted.token());
            }
        }));
    }

    /** As a mutex of its own. */
    void holdApart(String leaseId) {
        send(usual.acquire(request(apart(leaseId), Shape.MUTEX, 1, leaseId, false)));
    }

    void join(Shape shape, long permits, String leaseId) {
        send(usual.acquire(request(shape, permits, leaseId, true)).thenAccept(reply -> {
            if (reply instanceof AcquireReply.Queued queued) {
                tickets.put(leaseId, queued.ticket());
            }
        }));
    }

    void joinVoting(Shape shape, long permits, String leaseId) {
        send(usual.vote(voteRequest(shape, permits, leaseId)));
    }

    void leave(String leaseId, long tombstoneMillis) {
        send(usual.withdraw(lock, leaseId, tombstoneMillis));
    }

    void freed(String leaseId) {
        send(usual.release(lock, leaseId, 1, 0));
    }

    /** So many leases of the client that listens are over when this returns, and nobody has noticed. */
    void runOut(int count) throws InterruptedException {
        settle();
        long millis = shortMillis(count);
        batches(count, Ids::live, leaseId -> lock, millis).forEach(batch -> send(usual.renew(batch)));
        settle();
        Thread.sleep(millis + 10);
    }

    /** So many tombstones, which are over when this returns. */
    void runOutTombstones(int count) throws InterruptedException {
        settle();
        long millis = shortMillis(count);
        for (int i = 0; i < count; i++) {
            leave(Ids.dead(i, 0), millis);
        }
        settle();
        Thread.sleep(millis + 10);
    }

    /** Until everything that was sent is answered. */
    void settle() {
        pending.forEach(CompletableFuture::join);
        pending.clear();
    }

    /** Long enough for all of them to be there at one time, on a busy machine, too. */
    private static long shortMillis(int count) {
        return 200 + count / 2L;
    }

    private void send(CompletableFuture<?> answer) {
        pending.add(answer);
        if (pending.size() >= PIPELINE) {
            settle();
        }
    }

    // What follows is measured, one call at a time.

    void acquire(Shape shape, long permits, String leaseId) {
        call(() -> store.acquire(request(shape, permits, leaseId, true)));
    }

    /** Some who may still wait ask again, one after the other. */
    void poll(Shape shape, long permits, int first, int times) {
        for (int i = first; i < first + times; i++) {
            acquire(shape, permits, Ids.live(i));
        }
    }

    void release(String leaseId) {
        call(() -> store.release(lock, leaseId, 1, 0));
    }

    void withdraw(String leaseId, long tombstoneMillis) {
        call(() -> store.withdraw(lock, leaseId, tombstoneMillis));
    }

    void renew(String leaseId) {
        batches(1, i -> leaseId, each -> lock, LEASE_MILLIS).forEach(batch -> call(() -> store.renew(batch)));
    }

    /** So many leases of the client that listens, in calls of as many as one takes. */
    void renewAll(int count) {
        batches(count, Ids::live, leaseId -> lock, LEASE_MILLIS).forEach(batch -> call(() -> store.renew(batch)));
    }

    void renewAllApart(int count) {
        batches(count, Ids::live, Stage::apart, LEASE_MILLIS).forEach(batch -> call(() -> store.renew(batch)));
    }

    void upgrade(String leaseId) {
        call(() -> store.upgrade(new AcquireRequest(
                lock, leaseId, Shape.READ_WRITE, Shape.MAX, LEASE_MILLIS, true, 0, TAG, MOST_WAITERS, 1)));
    }

    void giveUpUpgrade(String leaseId) {
        call(() -> store.giveUpUpgrade(lock, leaseId, LEASE_MILLIS, 0, 1));
    }

    void downgrade(String leaseId) {
        call(() -> store.downgrade(lock, leaseId, LEASE_MILLIS, tokens.getOrDefault(leaseId, 0L)));
    }

    void inspect() {
        call(() -> store.inspect(lock));
    }

    void force() {
        call(() -> store.force(lock, "bench", LEASE_MILLIS));
    }

    void collect() {
        call(() -> store.collect(lock, 1000));
    }

    void resize(long permits) {
        call(() -> store.resize(lock, permits));
    }

    void vote(Shape shape, long permits, String leaseId) {
        call(() -> store.vote(voteRequest(shape, permits, leaseId)));
    }

    /** What follows is asked in a quiet period. */
    void quietly() {
        store = quiet;
    }

    private <T> void call(Supplier<CompletableFuture<T>> request) {
        scripts.begin();
        request.get().join();
        longest = Math.max(longest, scripts.longest());
    }

    private AcquireRequest request(Shape shape, long permits, String leaseId, boolean queue) {
        return request(lock, shape, permits, leaseId, queue);
    }

    private AcquireRequest request(String name, Shape shape, long permits, String leaseId, boolean queue) {
        long ticket = tickets.getOrDefault(leaseId, 0L);
        return new AcquireRequest(name, leaseId, shape, permits, LEASE_MILLIS, queue, 0, TAG, MOST_WAITERS, ticket);
    }

    /** With a token as a client would propose it now. */
    private VoteRequest voteRequest(Shape shape, long permits, String leaseId) {
        token = Math.max(token + Fencing.BLOCK, TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
        return new VoteRequest(lock, leaseId, shape.inQuorum(), permits, LEASE_MILLIS, true, token, TAG, MOST_WAITERS);
    }

    private List<List<RenewRequest>> batches(
            int count, IntFunction<String> leaseIds, UnaryOperator<String> locks, long leaseMillis) {
        List<List<RenewRequest>> batches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i % usual.renewBatch() == 0) {
                batches.add(new ArrayList<>());
            }
            String leaseId = leaseIds.apply(i);
            batches.get(batches.size() - 1)
                    .add(new RenewRequest(locks.apply(leaseId), leaseId, leaseMillis, true, Shape.MUTEX, 1, 1, TAG));
        }
        return batches;
    }

    private static String apart(String leaseId) {
        return "apart-" + leaseId;
    }

    /** What is told does not matter here, only that it is heard. */
    private static final class Ear implements InboxListener {
        @Override
        public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {}

        @Override
        public void contended(String lock) {}

        @Override
        public void nudged(String lock, String leaseId) {}

        @Override
        public void forced(String leaseId, String reason) {}

        @Override
        public void reconnected() {}
    }
}
