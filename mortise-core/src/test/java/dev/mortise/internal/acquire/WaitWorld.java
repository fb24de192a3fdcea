package dev.mortise.internal.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Durability;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.acquire.Next.Step;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.lease.Validity;
import dev.mortise.internal.runtime.Explorer;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ReachedCopies;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One wait, a server that has one lock, and its holder elsewhere. What can happen next is a list; nothing happens by itself. */
final class WaitWorld {
    /** How the acquire waits, and for what. */
    enum Kind {
        waits,
        once,
        copied,
        endless
    }

    private static final long LEASE = TimeUnit.SECONDS.toNanos(30);
    private static final long CLAIM = TimeUnit.SECONDS.toNanos(5);
    private static final long COMMAND_TIMEOUT = TimeUnit.SECONDS.toNanos(2);

    private final List<Runnable> events = new ArrayList<>();
    private final LateRequests requests = new LateRequests();
    private final AcquireSpec spec;
    private final ServerWait wait;
    private final Server server = new Server();
    private long now = TimeUnit.SECONDS.toNanos(100);

    /** Requests sent, neither answered nor failed. */
    private int underWay;

    private boolean timerRuns;
    private boolean waitsForTurn;
    private boolean answerIsBounded;
    private boolean consults;
    private boolean locallyKnown;
    private boolean outlasts;
    private boolean overdue;
    private boolean copyWasAnswered;
    private int grants;
    private int departures;

    private boolean loseNext;
    private boolean failNext;
    private boolean refuseNext;
    private boolean copyNone;
    private boolean doubleNext;

    WaitWorld(String parts, Kind kind) {
        long lease = kind == Kind.endless ? 0 : LEASE;
        LeaseTerms terms = new LeaseTerms(
                "a",
                Shape.MUTEX,
                1,
                lease,
                Renewal.ON,
                0,
                OnLoss.NOTIFY,
                new Tag("owner", ""),
                Thread.currentThread(),
                false,
                "",
                null);
        Durability durability = kind == Kind.copied ? Durability.replicas(1) : Durability.none();
        this.spec = new AcquireSpec(terms, kind == Kind.once ? 0 : Long.MAX_VALUE, false, durability);
        this.wait = new ServerWait(spec, "id", COMMAND_TIMEOUT, now, requests);
        parts.chars().forEach(part -> events.add(() -> happens((char) part)));
    }

    void run(Explorer explorer) {
        while (!events.isEmpty()) {
            step(explorer);
        }
        // A waiter that nobody has let ask yet stands in the local queue, which tells it in the end.
        if (wait.state() == WaitState.LOCAL) {
            lead(true);
            drain(explorer);
        }
        server.isHeldElsewhere = false;
        while (wait.isOpen()) {
            assertThat(events).as("what wakes an open wait").isNotEmpty();
            step(explorer);
        }
        drain(explorer);
        assertThat(grants + departures).as("ends").isEqualTo(1);
        assertThat(wait.request(false, 0, 10, now))
                .as("a request after the end")
                .isNull();
    }

    private void drain(Explorer explorer) {
        while (!events.isEmpty()) {
            step(explorer);
        }
    }

    private void step(Explorer explorer) {
        events.remove(explorer.choose(events.size())).run();
        assertThat(grants).as("grants").isLessThanOrEqualTo(1);
        assertThat(departures).as("departures").isLessThanOrEqualTo(1);
        assertThat(grants + departures).as("ends").isEqualTo(wait.isOpen() ? 0 : 1);
        if (wait.isOpen() && wait.state() != WaitState.LOCAL) {
            assertThat(underWay > 0 || timerRuns || waitsForTurn || consults || answerIsBounded)
                    .as("something wakes it in " + wait.state())
                    .isTrue();
        }
    }

    private void happens(char part) {
        switch (part) {
            case 'q' -> lead(false);
            case 'o' -> lead(true);
            case 'h' -> hand();
            case 'f' -> server.otherReleases();
            case 'c' -> act(wait.leave(LeaveReason.CANCELLED, null, null));
            case 'd' -> {
                overdue = true;
                act(wait.timeIsUp());
            }
            case 't' -> now += TimeUnit.SECONDS.toNanos(1);
            case 'T' -> {
                now += TimeUnit.SECONDS.toNanos(6);
                server.expire();
            }
            case 'x' -> loseNext = true;
            case 'n' -> failNext = true;
            case 'r' -> refuseNext = true;
            case 'k' -> copyNone = true;
            case 'm' -> doubleNext = true;
            case 'p' -> act(wait.nudged());
            default -> throw new IllegalArgumentException("part " + part);
        }
    }

    private void lead(boolean whatever) {
        boolean isLocal = wait.state() == WaitState.LOCAL;
        outlasts |= whatever && isLocal;
        locallyKnown |= whatever;
        Next next = wait.lead(0, whatever, null, now);
        // As ServerTalk does for an acquire that begins to ask late.
        answerIsBounded |= next == Step.ASK && !whatever;
        act(next);
        if (answerIsBounded) {
            events.add(this::answerIsDue);
        }
    }

    private void answerIsDue() {
        now = Math.max(now, wait.began() + COMMAND_TIMEOUT);
        answerIsBounded = false;
        act(wait.answerIsDue());
    }

    private void hand() {
        if (wait.handedTo()) {
            grants++;
        }
    }

    private void act(Next next) {
        if (next == Step.ASK || next == Step.COPY) {
            ask(false);
        } else if (next == Step.POLL) {
            assertThat(waitsForTurn).as("one turn at a time").isFalse();
            waitsForTurn = true;
            events.add(() -> {
                waitsForTurn = false;
                ask(true);
            });
        } else if (next == Step.COPY_AGAIN || next instanceof Next.Unanswered) {
            timer();
        } else if (next == Step.CONSULT_QUEUE) {
            consults = true;
            events.add(() -> {
                consults = false;
                act(wait.consulted(locallyKnown, null, now));
            });
        } else if (next == Step.AWAIT_ANSWER) {
            answerIsBounded = true;
            events.add(this::answerIsDue);
        } else if (next instanceof Next.Queued queued) {
            assertThat(queued.then() == Step.NOTHING).as("over when answered").isEqualTo(overdue);
            queued(queued.then());
        } else if (next instanceof Next.Granted granted) {
            grants++;
            assertThat(copyWasAnswered || spec.durability().isNone())
                    .as("copied first")
                    .isTrue();
            server.check(granted.facts());
        } else if (next instanceof Next.Leave leave) {
            departures++;
            boolean inVain = leave.why() == LeaveReason.UNAVAILABLE;
            boolean refused = leave.cause() != null && leave.cause().effect() == Effect.REFUSED;
            assertThat(inVain && !refused && outlasts)
                    .as("given up in an outage")
                    .isFalse();
            assertThat(inVain && leave.cause() == null && wait.isAnswered())
                    .as("no answer, though there was one")
                    .isFalse();
            assertThat(leave.withdraw() || !requests.mayBeKnown())
                    .as("what the server may know of is withdrawn")
                    .isTrue();
        } else if (next instanceof Next.Refused refused && refused.leaves()) {
            departures++;
        }
    }

    private void queued(Step then) {
        if (then == Step.COPY) {
            ask(false);
        } else if (then == Step.POLL) {
            timer();
        } else {
            act(wait.leave(LeaveReason.TIMEOUT, null, null));
        }
    }

    private void timer() {
        if (!timerRuns) {
            timerRuns = true;
            events.add(() -> {
                timerRuns = false;
                act(wait.isDue());
            });
        }
    }

    private void ask(boolean isPoll) {
        AcquireRequest request = wait.request(isPoll, 0, 10, now);
        if (request == null) {
            return;
        }
        underWay++;
        long sentAt = now;
        boolean copies = request.copies().isPresent();
        assertThat(copies && isPoll).as("a poll that waits for copies").isFalse();
        if (failNext || refuseNext) {
            Effect effect = failNext ? Effect.NONE : Effect.REFUSED;
            failNext = false;
            refuseNext = false;
            events.add(() -> failed(effect, copies));
        } else {
            events.add(() -> {
                AcquireReply reply = server.execute(copies);
                boolean isLost = loseNext;
                loseNext = false;
                events.add(() -> {
                    if (isLost) {
                        failed(Effect.UNKNOWN, copies);
                    } else {
                        answered(reply, sentAt, copies);
                    }
                });
            });
        }
    }

    private void answered(AcquireReply reply, long sentAt, boolean copies) {
        underWay--;
        if (copies) {
            requests.wentApart();
        }
        boolean copying = wait.state() == WaitState.COPYING;
        copyWasAnswered = copies;
        act(wait.answered(reply, sentAt, copies, now));
        copyWasAnswered = false;
        assertThat(copying && !copies && wait.state() != WaitState.COPYING)
                .as("ended by a request that did not wait for copies")
                .isFalse();
    }

    private void failed(Effect effect, boolean copies) {
        underWay--;
        StoreException reason = new StoreException(effect, "as the world ordered", null);
        if (copies) {
            requests.wentApart();
            act(wait.copyFailed(reason, now));
        } else {
            act(wait.failed(reason, now));
        }
    }

    private final class Server {
        private boolean isHeldElsewhere = true;
        private boolean isQueued;

        /** What this lease id holds; 0 = nothing. */
        private long token;

        private long lastToken;
        private long until;

        /** When each token was confirmed last, ns. */
        private final Map<Long, Long> confirmed = new HashMap<>();

        AcquireReply execute(boolean copies) {
            expire();
            if (token == 0 && isHeldElsewhere) {
                if (spec.maxWaitNanos() == 0) {
                    return new AcquireReply.Busy(false);
                }
                isQueued = true;
                return new AcquireReply.Queued(1, 1, 0, false, lastToken);
            }
            grant(token == 0 ? ++lastToken : token, spec.terms().lifetimeNanos() == 0 ? Long.MAX_VALUE / 2 : LEASE);
            if (copies && copyNone) {
                copyNone = false;
                return new AcquireReply.NotCopied(new ReachedCopies(0, 0));
            }
            return new AcquireReply.Granted(token, 0);
        }

        private void grant(long to, long lifetime) {
            token = to;
            isQueued = false;
            until = now + lifetime;
            confirmed.put(to, now);
        }

        void otherReleases() {
            isHeldElsewhere = false;
            if (isQueued) {
                grant(++lastToken, CLAIM);
                long granted = token;
                push(granted);
                if (doubleNext) {
                    doubleNext = false;
                    push(granted);
                }
            }
        }

        private void push(long granted) {
            events.add(() -> act(wait.pushed(granted, CLAIM, 0, now)));
        }

        /** A claim that is over goes to the other one; the waiter stands in the queue again when it asks. */
        void expire() {
            if (token != 0 && now >= until) {
                token = 0;
                isHeldElsewhere = true;
                events.add(this::otherReleases);
            }
        }

        void check(HoldFacts facts) {
            Long at = confirmed.get(facts.token());
            assertThat(at).as("a grant of token " + facts.token()).isNotNull();
            assertThat(facts.sentAtNanos()).as("counted from").isLessThanOrEqualTo(at(at));
            assertThat(Validity.until(facts.sentAtNanos(), facts.lifetimeNanos()))
                    .as("valid until")
                    .isGreaterThan(now);
            assertThat(facts.token()).as("token on the server").isEqualTo(token);
            assertThat(until).as("valid on the server until").isGreaterThan(now);
        }

        private long at(@Nullable Long at) {
            return at == null ? 0 : at;
        }
    }
}
