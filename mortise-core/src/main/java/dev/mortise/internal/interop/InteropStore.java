package dev.mortise.internal.interop;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.StoreStatus;
import dev.mortise.internal.store.WithdrawReply;
import dev.mortise.interop.LockLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port over locks as another library keeps them: exclusive ones, and nothing else. */
public final class InteropStore extends ExclusiveStore {
    /*
     * Overview. What the keys do not have is made up for here, or not asked for:
     *
     *   a queue      Those of this client that wait for one lock stand in a line. The first asks from time to time, the others are
     *                answered from memory. One that asks for the first time is asked for, whoever stands in line: what it is told
     *                was heard just now. The number of times that a waiter was told to wait goes with it as its ticket.
     *   a tombstone  A request that comes after its withdrawal cannot be refused. So what it may bring back is removed once more
     *                later; if it comes still later, it stays for its lease.
     *   a token      One is counted here. It means nothing to anybody.
     */
    private static final Logger log = LoggerFactory.getLogger(InteropStore.class);

    /** Pauses between two questions of one that waits without signals: about the first, doubled up to the longest; ms. */
    private static final long FIRST_PAUSE = 10;

    private static final int MOST_DOUBLINGS = 5;

    /** How long after the end of a lock it is asked for at most, ms: not all at once. */
    private static final long AFTER_EXPIRY = 10;

    private final ScriptRunner runner;
    private final LockLayout layout;
    private final Time time;
    private final String host;
    private final WaitLines lines = new WaitLines();
    private final SignalWaits signals;
    private final AtomicLong tokens = new AtomicLong();

    /** Written when it is opened. */
    private volatile @Nullable InboxListener listener;

    /** @param host the name of this machine, for libraries that write it down */
    public InteropStore(ScriptRunner runner, LockLayout layout, Time time, long commandTimeoutNanos, String host) {
        this.runner = runner;
        this.layout = layout;
        this.time = time;
        this.host = host;
        this.signals = new SignalWaits(runner, layout, lines, time, commandTimeoutNanos, this::tell);
    }

    @Override
    public CompletableFuture<AcquireReply> acquire(AcquireRequest request) {
        String lock = request.lock();
        if (request.queue()) {
            lines.enter(lock, request.leaseId());
            if (request.ticket() > 0
                    && !lines.first(lock).filter(request.leaseId()::equals).isPresent()) {
                return CompletableFuture.completedFuture(
                        new AcquireReply.Queued(request.ticket(), 0, 0, false, tokens.get()));
            }
        }
        long toldBefore = lines.told(lock);
        String id = id(request.leaseId());
        Instant now = Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS);
        List<String> args = List.of(id, layout.value(id, now, host), Long.toString(request.leaseMillis()));
        return runner.run(Script.INTEROP_ACQUIRE, List.of(layout.key(lock)), args)
                .thenApply(reply -> acquired(request, (List<?>) reply, toldBefore));
    }

    /** @param toldBefore how often the line had been told when the request was sent */
    private AcquireReply acquired(AcquireRequest request, List<?> reply, long toldBefore) {
        String lock = request.lock();
        if (number(reply, 0) == 1) {
            left(lock, request.leaseId());
            return new AcquireReply.Granted(tokens.incrementAndGet(), 0);
        }
        if (!request.queue()) {
            return new AcquireReply.Busy(false);
        }
        signals.wanted(lock);
        long asked = Math.max(1, request.ticket());
        // Told while the answer was on its way, it may have missed that.
        long pause = lines.told(lock) > toldBefore ? 1 : pause(lock, asked, number(reply, 1));
        return new AcquireReply.Queued(asked + 1, 0, pause, false, tokens.get());
    }

    /** When to ask again, ms; 0 = as rarely as may be. */
    private long pause(String lock, long asked, long leftMillis) {
        long untilEnd = leftMillis < 0 ? Long.MAX_VALUE : leftMillis + 1 + time.random(AFTER_EXPIRY);
        if (signals.isHeard(lock)) {
            return leftMillis < 0 ? 0 : untilEnd;
        }
        long about = FIRST_PAUSE << Math.min(asked - 1, MOST_DOUBLINGS);
        return Math.min(about / 2 + time.random(about), untilEnd);
    }

    /** One stands in line no longer: the next one asks now. */
    private boolean left(String lock, String leaseId) {
        boolean stood = lines.leave(lock, leaseId);
        if (stood && !tell(lock)) {
            signals.left(lock);
        }
        return stood;
    }

    /** Has the first in line ask; answers whether there is one. */
    private boolean tell(String lock) {
        InboxListener hears = listener;
        Optional<String> first = lines.tell(lock);
        if (hears != null) {
            first.ifPresent(leaseId -> hears.nudged(lock, leaseId));
        }
        return first.isPresent();
    }

    @Override
    public CompletableFuture<Boolean> release(String lock, String leaseId, long hint, long used) {
        return end(lock, leaseId, false).thenApply(was -> {
            tell(lock);
            return was;
        });
    }

    @Override
    public CompletableFuture<WithdrawReply> withdraw(String lock, String leaseId, long tombstoneMillis) {
        boolean waited = left(lock, leaseId);
        if (tombstoneMillis > 0) {
            endLater(lock, leaseId, tombstoneMillis / 5);
            endLater(lock, leaseId, tombstoneMillis);
        }
        return end(lock, leaseId, true).thenApply(was -> {
            tell(lock);
            return was ? WithdrawReply.GRANTED : waited ? WithdrawReply.WAITING : WithdrawReply.UNKNOWN;
        });
    }

    /** @param leaves whether it may have been told of a signal that it has not used */
    private CompletableFuture<Boolean> end(String lock, String leaseId, boolean leaves) {
        Optional<String> signal = layout.signal(lock);
        String key = layout.key(lock);
        List<String> keys = signal.map(list -> List.of(key, list)).orElseGet(() -> List.of(key));
        List<String> args = List.of(
                id(leaseId),
                layout.unlockChannel(lock).orElse(""),
                SignalWaits.SIGNAL_MILLIS,
                leaves && signal.isPresent() ? "1" : "0");
        return runner.run(Script.INTEROP_RELEASE, keys, args).thenApply(reply -> number(reply) == 1);
    }

    private void endLater(String lock, String leaseId, long millis) {
        time.schedule(
                TimeUnit.MILLISECONDS.toNanos(millis),
                () -> end(lock, leaseId, false).whenComplete((was, failure) -> {
                    if (failure != null) {
                        log.debug("What may have come late of lock '{}' stays until it expires", lock, failure);
                    }
                }));
    }

    @Override
    public CompletableFuture<List<RenewReply>> renew(List<RenewRequest> requests) {
        CompletableFuture<List<RenewReply>> all = CompletableFuture.completedFuture(List.of());
        for (RenewRequest request : requests) {
            List<String> args = List.of(
                    id(request.leaseId()), Long.toString(request.leaseMillis()), request.mayShorten() ? "1" : "0");
            CompletableFuture<RenewReply> one = runner.runApart(
                            Script.INTEROP_RENEW, List.of(layout.key(request.lock())), args)
                    .thenApply(reply -> number(reply) == 1 ? new RenewReply.Renewed(false) : new RenewReply.Lost());
            all = all.thenCombine(one, (before, next) -> {
                RenewReply[] replies = before.toArray(new RenewReply[before.size() + 1]);
                replies[before.size()] = next;
                return Arrays.asList(replies);
            });
        }
        return all;
    }

    @Override
    public int renewBatch() {
        return 1;
    }

    /** What the holder has written; empty when there is none. */
    public CompletableFuture<Optional<String>> heldBy(String lock) {
        return runner.run(Script.INTEROP_LOOK, List.of(layout.key(lock)), List.of())
                .thenApply(reply -> ((List<?>) reply).stream().findFirst().map(String::valueOf));
    }

    @Override
    public CompletableFuture<Boolean> isLocked(String lock) {
        return heldBy(lock).thenApply(Optional::isPresent);
    }

    @Override
    public CompletableFuture<Void> open(String clientId, InboxListener hears) {
        if (listener == null) {
            listener = hears;
            signals.open(clientId);
            runner.onReconnect(hears::reconnected);
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Nothing says that this client lives. */
    @Override
    public CompletableFuture<Void> heartbeat(ClientRecord client, long ttlMillis) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> farewell(String clientId) {
        return signals.close();
    }

    @Override
    public CompletableFuture<Optional<ClientRecord>> client(String clientId) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public String whyNot(String lock) {
        return runner.whyNot(layout.key(lock));
    }

    @Override
    public StoreStatus known() {
        return new StoreStatus(runner.deployment(), runner.servers(), true);
    }

    @Override
    public void close() {
        signals.close();
        runner.close();
    }

    /** Whether two keys of one lock must say that they belong together. */
    public boolean isBySlot() {
        return !runner.hasAllKeys();
    }

    /** As the library has ids; of the lease id, so that a repeated request has the same. */
    public String id(String leaseId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaseId.getBytes(StandardCharsets.UTF_8));
            byte[] random = Arrays.copyOf(digest, 16);
            // Version 4 and its variant, as of a random UUID.
            random[6] = (byte) (random[6] & 0x0f | 0x40);
            random[8] = (byte) (random[8] & 0x3f | 0x80);
            return layout.id(random);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static long number(List<?> reply, int at) {
        return (Long) reply.get(at);
    }

    /** A driver may wrap it into a list. */
    private static long number(Object reply) {
        return (Long) (reply instanceof List<?> wrapped ? wrapped.get(0) : reply);
    }
}
