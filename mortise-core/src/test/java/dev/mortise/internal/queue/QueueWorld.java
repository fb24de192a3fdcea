package dev.mortise.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.OnLoss;
import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.runtime.Explorer;
import dev.mortise.internal.runtime.FrozenTime;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One queue, the users of one client, a server, and another client that wants the lock now and then. What can happen next is
 * a list of events; nothing happens by itself.
 */
final class QueueWorld {
    static final int MOST_HAND_OFFS = 2;

    private static final String OTHER = "other";
    private static final long LEASE = TimeUnit.SECONDS.toNanos(30);

    private final List<Runnable> events = new ArrayList<>();
    private final List<User> users = new ArrayList<>();
    private final FrozenTime time = new FrozenTime();
    private final Server server = new Server();
    private final FakeBacking backing = new FakeBacking();
    private @Nullable LocalQueue local;
    private long greatestEnded;
    private long greatestEndedOfWriters;
    private boolean loseNext;
    private boolean failNext;
    private boolean unreachable;
    private boolean unanswered;

    QueueWorld(String kinds) {
        for (int i = 0; i < kinds.length(); i++) {
            switch (kinds.charAt(i)) {
                case 'w' -> users.add(new User(Shape.MAX, false));
                case 'r' -> users.add(new User(1, false));
                case 'W' -> users.add(new User(Shape.MAX, true));
                case 'R' -> users.add(new User(1, true));
                case 'o' -> events.add(server::otherComes);
                case 't' -> events.add(() -> time.nanos += TimeUnit.MILLISECONDS.toNanos(600));
                case 'l' -> loseNext = true;
                case 'f' -> failNext = true;
                case 'u' -> unreachable = true;
                case 'n' -> unanswered = true;
                case 'v' -> users.add(new User(Shape.MAX, false, false));
                default -> throw new IllegalArgumentException("no such part: " + kinds);
            }
        }
        users.forEach(user -> events.add(user::comes));
    }

    /** Until nothing can happen any more. */
    void run(Explorer explorer) {
        int steps = 0;
        while (!events.isEmpty()) {
            assertThat(++steps).as("comes to an end").isLessThan(2_000);
            Runnable event = events.remove(events.size() == 1 ? 0 : explorer.choose(events.size()));
            event.run();
            server.check();
        }
        for (User user : users) {
            assertThat(user.state).as("nobody is forgotten").isIn(State.RELEASED, State.GONE);
        }
        assertThat(server.holders).as("what the server has at the end").isEmpty();
        assertThat(server.queue).isEmpty();
        assertThat(local).as("an idle queue disappears").isNull();
    }

    private LocalQueue local() {
        if (local == null) {
            local = new LocalQueue(
                    backing,
                    step -> events.add(0, step),
                    new HandOffBudget.Limits(MOST_HAND_OFFS, TimeUnit.MILLISECONDS.toNanos(10)),
                    100,
                    () -> local = null);
        }
        return local;
    }

    private static StoreException noAnswer() {
        return new StoreException(Effect.UNKNOWN, "no answer", null);
    }

    private enum State {
        AWAY,
        PARKED,
        ASKING,
        LEAVING,
        HOLDING,
        RELEASED,
        GONE
    }

    /** Acquires once, holds, releases; or leaves while it waits. */
    private final class User implements LocalWaiter {
        private final String id = "user" + users.size();
        private final long permits;
        private final LeaseTerms terms;
        private final boolean leaves;
        private final boolean patient;
        private State state = State.AWAY;
        private @Nullable WaiterQueue queue;
        private @Nullable LeaseState lease;

        User(long permits, boolean leaves) {
            this(permits, leaves, true);
        }

        User(long permits, boolean leaves, boolean patient) {
            this.patient = patient;
            this.permits = permits;
            this.leaves = leaves;
            this.terms = new LeaseTerms(
                    "lock",
                    Shape.READ_WRITE,
                    permits,
                    LEASE,
                    Renewal.ON,
                    0,
                    OnLoss.NOTIFY,
                    new Tag("", ""),
                    Thread.currentThread(),
                    false,
                    "",
                    null);
        }

        void comes() {
            state = State.PARKED;
            if (leaves) {
                events.add(this::leave);
            }
            assertThat(local().enter(this)).isTrue();
        }

        void leave() {
            if (state == State.PARKED) {
                state = State.GONE;
                queue().left(this, 0, null);
            } else if (state == State.ASKING) {
                state = State.LEAVING;
                events.add(() -> {
                    server.withdraw(id);
                    state = State.GONE;
                    queue().left(this, 0, null);
                });
            }
        }

        @Override
        public void standsAt(WaiterQueue at) {
            queue = at;
        }

        @Override
        public void queuesAt(long place) {}

        @Override
        public void heard() {}

        private WaiterQueue queue() {
            assertThat(queue).isNotNull();
            return Objects.requireNonNull(queue);
        }

        @Override
        public LeaseTerms terms() {
            return terms;
        }

        @Override
        public long began() {
            return 0;
        }

        @Override
        public boolean isShared() {
            return permits == 1;
        }

        @Override
        public boolean isPatient() {
            return patient;
        }

        @Override
        public long lifetimeNanos() {
            return LEASE;
        }

        @Override
        public void lead(long ticket, boolean outlasts, @Nullable StoreException failure) {
            if (state == State.PARKED) {
                state = State.ASKING;
                events.add(() -> server.acquire(this));
            }
        }

        @Override
        public boolean handTo(Hold hold, long token) {
            if (state != State.PARKED) {
                return false;
            }
            server.handedOn();
            holds(hold, token);
            return true;
        }

        @Override
        public void refuseFull(long waiting) {
            throw new AssertionError("there is room for " + waiting);
        }

        /** By the server. */
        void granted(long token) {
            if (state != State.ASKING) {
                return;
            }
            HoldFacts grant = new HoldFacts(
                    "lock",
                    id,
                    Shape.READ_WRITE,
                    permits,
                    token,
                    time.nanos,
                    LEASE,
                    1,
                    server.queue.size(),
                    () -> Late.NO);
            state = State.HOLDING;
            holds(queue().granted(this, grant), token);
        }

        private void holds(Hold hold, long token) {
            // Readers that get the lock together may end in any order.
            assertThat(token)
                    .as("a token above those of leases that ended before")
                    .isGreaterThan(permits == 1 ? greatestEndedOfWriters : greatestEnded);
            state = State.HOLDING;
            for (User other : users) {
                if (other != this && other.isHolding()) {
                    assertThat(other.permits == 1 && permits == 1)
                            .as("%s and %s together", other.id, id)
                            .isTrue();
                    assertThat(other.token()).as("each token once").isNotEqualTo(token);
                }
            }
            LeaseState held = new LeaseState(time, terms, hold, id, token, 0, false);
            lease = held;
            boolean loses = loseNext;
            loseNext = false;
            events.add(() -> end(held, loses));
        }

        private void end(LeaseState held, boolean loses) {
            state = State.RELEASED;
            greatestEnded = Math.max(greatestEnded, held.token());
            greatestEndedOfWriters = permits == 1 ? greatestEndedOfWriters : held.token();
            if (loses) {
                held.hold().ended(held);
            } else {
                assertThat(held.release()).isTrue();
                held.hold().released(held);
            }
        }

        boolean isHolding() {
            return state == State.HOLDING && lease != null;
        }

        long token() {
            return lease == null ? 0 : lease.token();
        }
    }

    /** Grants in order, readers next to each other together. */
    private final class Server {
        private final Map<String, Long> holders = new LinkedHashMap<>();
        private final List<Runnable> queue = new ArrayList<>();
        private final Map<String, Runnable> waiting = new LinkedHashMap<>();
        private final Map<String, Long> wanted = new LinkedHashMap<>();
        private long lastToken = 1_000;
        private boolean promised;
        private int handOffsWhileOthersKnowinglyWait;
        private boolean toldContended;

        void acquire(User user) {
            if (user.state == State.LEAVING || user.state == State.GONE) {
                return;
            }
            if (unreachable) {
                unreachable = false;
                user.state = State.GONE;
                user.queue().left(user, 0, noAnswer());
                return;
            }
            if (!user.patient && !(holders.isEmpty() && waiting.isEmpty())) {
                user.state = State.GONE;
                user.queue().left(user, 0, null);
                return;
            }
            ask(user.id, user.permits, () -> user.granted(nextToken(64)));
            if (waiting.containsKey(user.id)) {
                user.queue().queued(user);
                if (unanswered) {
                    unanswered = false;
                    events.add(() -> user.queue().unanswered(user, noAnswer(), true));
                }
            }
        }

        void otherComes() {
            ask(OTHER, Shape.MAX, () -> events.add(() -> withdraw(OTHER)));
        }

        private void ask(String id, long permits, Runnable granted) {
            waiting.put(id, granted);
            wanted.put(id, permits);
            queue.add(granted);
            settle();
            if (waiting.containsKey(id) && promised) {
                promised = false;
                events.add(() -> {
                    toldContended = true;
                    if (local != null) {
                        local.contended();
                    }
                });
            }
        }

        void withdraw(String id) {
            holders.remove(id);
            Runnable request = waiting.remove(id);
            if (request != null) {
                queue.remove(request);
            }
            settle();
        }

        private void settle() {
            while (!waiting.isEmpty()) {
                String id = waiting.keySet().iterator().next();
                long used = holders.values().stream().mapToLong(Long::longValue).sum();
                long permits = wanted.getOrDefault(id, 0L);
                if (used + permits > Shape.MAX) {
                    return;
                }
                Runnable granted = Objects.requireNonNull(waiting.remove(id));
                queue.remove(granted);
                holders.put(id, permits);
                promised = false;
                handOffsWhileOthersKnowinglyWait = 0;
                toldContended = !waiting.isEmpty();
                granted.run();
            }
        }

        long nextToken(long block) {
            long token = lastToken + 1;
            lastToken += block;
            return token;
        }

        Optional<Reserved> reserve(String id, long tokens) {
            if (!holders.containsKey(id)) {
                return Optional.empty();
            }
            promised = waiting.isEmpty();
            return Optional.of(new Reserved(nextToken(tokens), waiting.size()));
        }

        void handedOn() {
            if (toldContended) {
                handOffsWhileOthersKnowinglyWait++;
                assertThat(handOffsWhileOthersKnowinglyWait)
                        .as("hand-offs while others wait")
                        .isLessThanOrEqualTo(MOST_HAND_OFFS + 1 + readers());
            }
        }

        /** A hand-off may be decided before that is known, and readers get the lock together. */
        private int readers() {
            return (int) users.stream().filter(User::isShared).count();
        }

        void check() {
            if (holders.containsKey(OTHER)) {
                for (User user : users) {
                    assertThat(user.isHolding())
                            .as("%s while another client holds it", user.id)
                            .isFalse();
                }
            }
        }
    }

    private final class FakeBacking implements HoldActions {
        @Override
        public long nanos() {
            return time.nanos;
        }

        @Override
        public void release(LeaseState lease) {
            Hold hold = lease.hold();
            events.add(() -> {
                server.withdraw(hold.id());
                lease.answered().complete(ReleaseOutcome.RELEASED);
            });
        }

        @Override
        public CompletableFuture<?> cleanUp(Hold hold) {
            CompletableFuture<Object> done = new CompletableFuture<>();
            events.add(() -> {
                server.withdraw(hold.id());
                done.complete("");
            });
            return done;
        }

        @Override
        public CompletableFuture<Optional<Reserved>> reserve(Hold hold, long leaseNanos, long tokens) {
            CompletableFuture<Optional<Reserved>> reply = new CompletableFuture<>();
            events.add(() -> {
                Optional<Reserved> reserved = server.reserve(hold.id(), tokens);
                boolean fails = failNext;
                failNext = false;
                events.add(() -> {
                    if (fails) {
                        reply.completeExceptionally(new StoreException(Effect.UNKNOWN, "planned", null));
                    } else {
                        server.toldContended |=
                                reserved.isPresent() && reserved.get().waiting() > 0;
                        reply.complete(reserved);
                    }
                });
            });
            return reply;
        }

        @Override
        public void forget(Hold hold) {}

        @Override
        public Hold sole(Hold hold) {
            throw new AssertionError("nobody leaves with a hold here");
        }

        @Override
        public CompletableFuture<@Nullable Hold> split(Hold hold, LeaseState lease) {
            throw new AssertionError("nobody leaves with a hold here");
        }

        @Override
        public void moved(LeaseState lease, Hold from) {
            throw new AssertionError("nobody leaves with a hold here");
        }
    }
}
