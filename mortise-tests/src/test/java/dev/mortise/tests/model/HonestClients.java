package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireReply.Granted;
import dev.mortise.internal.store.AcquireReply.Queued;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.InboxListener;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import dev.mortise.testkit.memory.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that keep to the protocol, on the model: lease ids are used once, a lease counts from a send time of our own,
 * and only what is believed to hold is renewed. Replies get lost, clients die, inboxes break, servers start again.
 */
final class HonestClients {
    private static final String LOCK = "lock";
    private static final long LONGEST_LEASE = 30_000;
    private static final long TOMBSTONE = 60_000;

    private final Random random;
    private final Shape shape;
    private final Optional<Duration> quietPeriod;
    private final InMemoryServer server = new InMemoryServer(() -> this.micros);
    private final List<Client> clients = new ArrayList<>();
    private final Map<Long, String> tokens = new HashMap<>();
    private InMemoryServer.Snapshot saved = InMemoryServer.Snapshot.empty();
    private long largestToken;
    private long micros = World.START_MICROS;
    private int born;
    private String wrong = "";

    HonestClients(long seed, Optional<Duration> quietPeriod) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.shape = SequenceSetup.random(random).shapes().get(0);
        this.quietPeriod = quietPeriod;
        for (int i = 2 + random.nextInt(3); i > 0; i--) {
            clients.add(new Client());
        }
        saved = server.snapshot();
    }

    /** Answers what went wrong, or "". */
    String run(int steps) {
        for (int i = 0; i < steps; i++) {
            micros += 300;
            clients.get(random.nextInt(clients.size())).step();
            String found = check();
            if (!found.isEmpty()) {
                return "after step " + i + ": " + found;
            }
        }
        return quiesce();
    }

    private long now() {
        return micros / 1000;
    }

    private String check() {
        if (!wrong.isEmpty()) {
            return wrong;
        }
        long permits = 0;
        for (Client client : clients) {
            for (Attempt attempt : client.attempts) {
                permits += attempt.validUntil > now() ? attempt.permits : 0;
            }
        }
        if (permits > shape.capacity()) {
            return permits + " permits of " + shape.capacity() + " are in valid use\n" + server.describe(LOCK);
        }
        for (LockRecord.Holder holder : clients.get(0).holders()) {
            String found = issued(holder.leaseId(), holder.token());
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    /** One more token of a block is in use. */
    private void given(long token, String leaseId) {
        if (tokens.putIfAbsent(token, leaseId) != null) {
            wrong = "token " + token + " of " + leaseId + " was given out before";
        }
        largestToken = Math.max(largestToken, token);
    }

    private String issued(String leaseId, long token) {
        String known = tokens.putIfAbsent(token, leaseId);
        if (known == null && token <= largestToken) {
            return "token " + token + " is not above " + largestToken;
        }
        largestToken = Math.max(largestToken, token);
        return known == null || known.equals(leaseId) ? "" : "token " + token + " was issued twice";
    }

    /** Everybody gets what they wait for and gives it back; then nothing is left. */
    private String quiesce() {
        micros += 200_000_000;
        clients.forEach(Client::reconnect);
        micros += 200_000_000;
        for (int round = 0; round < 500; round++) {
            micros += 300;
            clients.forEach(Client::finish);
            String found = check();
            if (!found.isEmpty()) {
                return "at the end: " + found;
            }
        }
        micros += 200_000_000;
        // Tickets of clients that died are kept for three turns.
        for (int turn = 0; turn < 3; turn++) {
            clients.get(0).store.collect(LOCK, 0).join();
        }
        for (Client client : clients) {
            for (Attempt attempt : client.attempts) {
                if (attempt.phase == Phase.WAITING) {
                    return attempt.leaseId + " was never granted\n" + server.describe(LOCK);
                }
            }
        }
        // The clock passes the last token.
        micros += 1000;
        return server.describe(LOCK).isEmpty() ? "" : "a trace is left\n" + server.describe(LOCK);
    }

    private enum Phase {
        /** Queued, or nobody knows: the reply was lost. */
        WAITING,
        HELD,
        OVER
    }

    private static final class Attempt {
        final String leaseId;
        final long leaseMillis;
        long permits;
        Phase phase = Phase.WAITING;
        long ticket;
        long queuedAt;
        long token;

        /** How far above its token the last one is that was given out under it. */
        long used;

        /** It reads, and waits to be the writer. */
        boolean upgrading;

        /** The number of its attempt to be the writer. */
        long number;

        long validUntil;

        Attempt(String leaseId, long permits, long leaseMillis, long now) {
            this.leaseId = leaseId;
            this.permits = permits;
            this.leaseMillis = leaseMillis;
            this.queuedAt = now;
        }

        void end() {
            phase = Phase.OVER;
            validUntil = 0;
            upgrading = false;
        }
    }

    private final class Client implements InboxListener {
        final String id = String.format("%022d", ++born);
        final InMemoryLockStore store = new InMemoryLockStore(server, Runnable::run, quietPeriod);
        final List<Attempt> attempts = new ArrayList<>();

        Client() {
            store.open(id, this).join();
        }

        void step() {
            int draw = random.nextInt(100);
            Attempt attempt = attempts.isEmpty() ? null : attempts.get(random.nextInt(attempts.size()));
            if (draw < 22 || attempt == null) {
                long permits = shape.capacity() == Shape.MAX
                        ? random.nextInt(3) == 0 ? Shape.MAX : 1
                        : 1L + random.nextInt((int) shape.capacity());
                long lease = random.nextInt(5) == 0 ? 1 + random.nextInt(6000) : LONGEST_LEASE;
                attempts.add(new Attempt(id + "-" + attempts.size(), permits, lease, now()));
                ask(attempts.get(attempts.size() - 1), random.nextInt(4) > 0);
            } else if (draw < 28) {
                change(attempt);
            } else if (draw < 40) {
                if (attempt.phase == Phase.WAITING) {
                    ask(attempt, true);
                }
            } else if (draw < 55) {
                renew(attempt);
            } else if (draw < 62) {
                release(attempt);
            } else if (draw < 65) {
                change(attempt);
            } else if (draw < 72) {
                withdraw(attempt);
            } else if (draw < 74) {
                lateDuplicate(attempt);
            } else if (draw < 77) {
                store.loseInbox();
            } else if (draw < 81) {
                reconnect();
            } else if (draw < 93) {
                micros += 1000L * (random.nextInt(3) == 0 ? random.nextInt(35_000) : random.nextInt(3000));
            } else if (draw < 94) {
                store.close();
                clients.set(clients.indexOf(this), new Client());
            } else if (draw < 96) {
                saved = server.snapshot();
            } else if (draw < 98) {
                restart();
            } else {
                store.collect(LOCK, 0).join();
            }
        }

        /** A client that knew the server before meets it first, as it keeps trying to. */
        private void restart() {
            int kind = quietPeriod.isPresent() ? random.nextInt(3) : 0;
            server.replaceProcess(
                    switch (kind) {
                        case 0 -> server.snapshot();
                        case 1 -> saved;
                        default -> InMemoryServer.Snapshot.empty();
                    });
            reconnect();
        }

        void reconnect() {
            store.reconnect();
        }

        void finish() {
            for (Attempt attempt : attempts) {
                if (attempt.phase == Phase.WAITING) {
                    ask(attempt, true);
                }
                release(attempt);
            }
        }

        List<LockRecord.Holder> holders() {
            return store.inspect(LOCK).join().holders();
        }

        private AcquireRequest request(Attempt attempt, boolean queue) {
            return request(attempt, attempt.permits, queue, attempt.ticket);
        }

        private AcquireRequest request(Attempt attempt, long permits, boolean queue, long ticket) {
            return new AcquireRequest(
                    LOCK,
                    attempt.leaseId,
                    shape,
                    permits,
                    attempt.leaseMillis,
                    queue,
                    0,
                    new Tag("owner", "label"),
                    1000,
                    ticket);
        }

        private void ask(Attempt attempt, boolean queue) {
            if (random.nextInt(10) == 0) {
                store.faults().dropNextReply(StoreOperation.ACQUIRE);
            }
            AcquireReply reply =
                    answer(() -> store.acquire(request(attempt, queue)).join());
            if (reply instanceof Granted granted) {
                held(attempt, granted.token(), now() + attempt.leaseMillis);
            } else if (reply instanceof Queued queued && attempt.phase == Phase.WAITING) {
                attempt.ticket = queued.ticket();
                attempt.queuedAt = now();
            } else if (reply != null && attempt.phase == Phase.WAITING) {
                attempt.end();
            }
        }

        private void renew(Attempt attempt) {
            if (attempt.validUntil <= now()) {
                return;
            }
            boolean shorten = random.nextInt(6) == 0;
            long lease = shorten ? 1 + random.nextInt(1000) : attempt.leaseMillis;
            if (shorten) {
                attempt.validUntil = Math.min(attempt.validUntil, now() + lease);
            }
            if (random.nextInt(10) == 0) {
                store.faults().dropNextReply(StoreOperation.RENEW);
            }
            RenewRequest request = new RenewRequest(
                    LOCK,
                    attempt.leaseId,
                    lease,
                    shorten,
                    shape,
                    attempt.permits,
                    attempt.token,
                    new Tag("owner", "label"));
            List<RenewReply> replies =
                    answer(() -> store.renew(List.of(request)).join());
            if (replies != null && replies.get(0) instanceof RenewReply.Renewed) {
                attempt.validUntil = Math.max(attempt.validUntil, now() + lease);
            } else if (replies != null) {
                attempt.end();
            }
        }

        private void release(Attempt attempt) {
            if (attempt.phase == Phase.HELD) {
                attempt.end();
                store.release(LOCK, attempt.leaseId, 1, attempt.used).join();
            }
        }

        /** What a lease may do besides: give out tokens, and on a read-write lock become another. */
        private void change(Attempt attempt) {
            if (attempt.validUntil <= now()) {
                return;
            }
            int draw = shape.kind() == LockKind.READ_WRITE ? random.nextInt(6) : random.nextInt(2);
            if (draw == 0) {
                use(attempt);
            } else if (draw == 1) {
                reserve(attempt);
            } else if (draw == 2) {
                downgrade(attempt);
            } else if (draw == 3) {
                split(attempt);
            } else {
                upgrade(attempt, random.nextInt(4) > 0);
            }
        }

        private void use(Attempt attempt) {
            if (shape.kind() != LockKind.SEMAPHORE && attempt.used + 1 < Fencing.BLOCK) {
                attempt.used++;
                given(attempt.token + attempt.used, attempt.leaseId);
            }
        }

        private void reserve(Attempt attempt) {
            Optional<Reserved> reserved = answer(
                    StoreOperation.RESERVE,
                    () -> store.reserve(LOCK, attempt.leaseId, attempt.leaseMillis, Fencing.BLOCK)
                            .join());
            if (reserved == null) {
                return;
            }
            if (reserved.isEmpty()) {
                attempt.end();
                return;
            }
            attempt.validUntil = Math.max(attempt.validUntil, now() + attempt.leaseMillis);
            if (reserved.get().token() <= largestToken) {
                wrong = "reserved token " + reserved.get().token() + " is not above " + largestToken;
            }
            for (int i = 0; i < Fencing.BLOCK; i++) {
                given(reserved.get().token() + i, attempt.leaseId);
            }
        }

        private void downgrade(Attempt attempt) {
            boolean writes = attempt.permits > 1;
            // From now on it only reads, whatever becomes of the request.
            attempt.permits = 1;
            attempt.upgrading = false;
            Optional<Reserved> reader = answer(
                    StoreOperation.DOWNGRADE,
                    () -> (writes
                                    ? store.downgrade(LOCK, attempt.leaseId, attempt.leaseMillis, attempt.token)
                                    : store.giveUpUpgrade(
                                            LOCK, attempt.leaseId, attempt.leaseMillis, attempt.token, attempt.number))
                            .join());
            if (reader != null && reader.isEmpty()) {
                attempt.end();
            } else if (reader != null) {
                become(attempt, reader.get().token());
                // An attempt that was over before is answered without being prolonged.
                attempt.validUntil = Math.max(attempt.validUntil, writes ? now() + attempt.leaseMillis : 0);
            }
        }

        private void split(Attempt attempt) {
            if (attempt.permits > 1 || attempt.upgrading || attempt.used + 1 >= Fencing.BLOCK) {
                return;
            }
            use(attempt);
            Attempt other = new Attempt(id + "-" + attempts.size(), 1, attempt.leaseMillis, now());
            other.token = attempt.token + attempt.used;
            // One that is not answered is released as one that is: it may be there.
            other.phase = Phase.HELD;
            other.used = Fencing.BLOCK;
            attempts.add(other);
            tokens.put(other.token, other.leaseId);
            Boolean done = answer(
                    StoreOperation.SPLIT,
                    () -> store.split(LOCK, attempt.leaseId, other.leaseId, other.leaseMillis, other.token)
                            .join());
            if (Boolean.TRUE.equals(done)) {
                other.validUntil = now() + other.leaseMillis;
            }
        }

        private void upgrade(Attempt attempt, boolean queue) {
            if (attempt.permits > 1) {
                return;
            }
            if (!attempt.upgrading) {
                attempt.number++;
            }
            attempt.upgrading = true;
            attempt.queuedAt = now();
            AcquireReply reply = answer(
                    StoreOperation.UPGRADE,
                    () -> store.upgrade(request(attempt, Shape.MAX, queue, attempt.number))
                            .join());
            if (reply instanceof Granted granted) {
                attempt.permits = Shape.MAX;
                attempt.upgrading = false;
                become(attempt, granted.token());
                attempt.validUntil = Math.max(attempt.validUntil, now() + attempt.leaseMillis);
            } else if (reply instanceof AcquireReply.Stale) {
                attempt.end();
            } else if (reply != null && !(reply instanceof Queued)) {
                attempt.upgrading = false;
            }
        }

        private void become(Attempt attempt, long token) {
            if (attempt.token != token) {
                attempt.token = token;
                attempt.used = 0;
            }
        }

        private void withdraw(Attempt attempt) {
            if (attempt.phase == Phase.WAITING) {
                attempt.end();
                store.withdraw(LOCK, attempt.leaseId, TOMBSTONE).join();
            }
        }

        /** A request that was on its way for long arrives after the wait was withdrawn; the tombstone may be lost. */
        private void lateDuplicate(Attempt attempt) {
            if (attempt.phase == Phase.OVER && attempt.token == 0) {
                store.acquire(request(attempt, true)).join();
                store.withdraw(LOCK, attempt.leaseId, TOMBSTONE).join();
            }
        }

        private void held(Attempt attempt, long token, long until) {
            if (attempt.phase == Phase.OVER) {
                store.release(LOCK, attempt.leaseId, 1, 0).join();
                return;
            }
            attempt.phase = Phase.HELD;
            become(attempt, token);
            attempt.validUntil = Math.max(attempt.validUntil, until);
        }

        private <T> @Nullable T answer(StoreOperation operation, Supplier<T> call) {
            if (random.nextInt(10) == 0) {
                store.faults().dropNextReply(operation);
            }
            return answer(call);
        }

        private <T> @Nullable T answer(Supplier<T> call) {
            try {
                return call.get();
            } catch (CompletionException e) {
                if (e.getCause() instanceof StoreException) {
                    return null;
                }
                throw e;
            }
        }

        @Override
        public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {
            for (Attempt attempt : attempts) {
                if (attempt.leaseId.equals(leaseId) && attempt.upgrading) {
                    attempt.permits = Shape.MAX;
                    attempt.upgrading = false;
                    become(attempt, token);
                    attempt.validUntil = Math.max(attempt.validUntil, attempt.queuedAt + claimMillis);
                } else if (attempt.leaseId.equals(leaseId)) {
                    held(attempt, token, attempt.queuedAt + claimMillis);
                }
            }
        }

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
