package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.Shape;
import dev.mortise.tests.model.Step.Memory;
import dev.mortise.tests.model.Step.Proposal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Queues, holders, tombstones and days, as many as random sequences never have: work that one call does not end. */
enum LongWork {
    WAITERS_THAT_LEFT,
    WAITERS_WHOSE_CLIENT_IS_GONE,
    WAITERS_THAT_ARE_SILENT,
    A_FULL_QUEUE,
    READERS_BEHIND_A_WRITER,
    READERS_OF_A_NODE,
    READERS_OF_A_NODE_THAT_ARE_GONE,
    TOMBSTONES,
    RENEWED_FOR_A_DAY,
    HANDED_ON_FOR_A_DAY,
    HANDED_ON_FOR_A_DAY_WITHOUT_A_HINT,
    HOLDERS_THAT_ARE_FORCED,
    HOLDERS_THAT_ARE_COLLECTED,
    HOLDERS_THAT_ARE_OVER,
    HOLDERS_THAT_ARE_DISPLACED,
    HOLES,
    HOLES_OF_THE_QUIET_PERIOD,
    HOLDERS_THAT_COME_WHILE_OTHERS_ARE_FORCED;

    private static final long LEASE = 30_000;
    private static final Shape READ_WRITE = new Shape(LockKind.READ_WRITE, Shape.MAX);

    /** What is wrong with the scripts, if anything is found. */
    Optional<String> check(LuaServer server) {
        return switch (this) {
            case WAITERS_THAT_LEFT -> compare(waitersThatLeft(), server);
            case WAITERS_WHOSE_CLIENT_IS_GONE -> compare(waitersWhoseClientIsGone(), server);
            case WAITERS_THAT_ARE_SILENT -> compare(waitersThatAreSilent(), server);
            case A_FULL_QUEUE -> compare(fullQueue(), server);
            case READERS_BEHIND_A_WRITER -> compare(readersBehindAWriter(), server);
            case READERS_OF_A_NODE -> compare(readersOfANode(), server);
            case READERS_OF_A_NODE_THAT_ARE_GONE -> compare(readersOfANodeThatAreGone(), server);
            case TOMBSTONES -> compare(tombstones(), server);
            case RENEWED_FOR_A_DAY -> compare(renewedForADay(), server);
            case HANDED_ON_FOR_A_DAY -> compare(handedOnForADay(true), server);
            case HANDED_ON_FOR_A_DAY_WITHOUT_A_HINT -> compare(handedOnForADay(false), server);
            case HOLDERS_THAT_ARE_FORCED -> compare(holdersThatAreForced(), server);
            case HOLDERS_THAT_ARE_COLLECTED -> compare(holdersThatAreCollected(), server);
            case HOLDERS_THAT_ARE_OVER -> compare(holdersThatAreOver(), server);
            case HOLDERS_THAT_ARE_DISPLACED -> compare(holdersThatAreDisplaced(), server);
            case HOLES -> holes(server);
            case HOLES_OF_THE_QUIET_PERIOD -> compare(holesOfTheQuietPeriod(), server);
            case HOLDERS_THAT_COME_WHILE_OTHERS_ARE_FORCED -> holdersThatComeWhileOthersAreForced(server);
        };
    }

    private static Optional<String> compare(Sequence plan, LuaServer server) {
        return Comparison.run(plan, server).map(Divergence::toString);
    }

    private static Sequence waitersThatLeft() {
        int some = 2 + 8 + 64;
        int most = 300;
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(many(1, most, lease -> acquire(0, lease)));
        steps.add(many(2, some - 1, lease -> new Step.Withdraw(0, 0, lease, 0)));
        steps.add(many(some + 1, most - 1, lease -> new Step.Withdraw(0, 0, lease, 0)));
        steps.add(new Step.Release(0, 0, 0, 1, 0));
        steps.add(new Step.Release(0, 0, 1, 2, 0));
        steps.add(new Step.Release(0, 0, some, 3, 0));
        steps.add(new Step.Release(0, 0, most, 4, 0));
        return plan(Shape.MUTEX, steps);
    }

    private static Sequence waitersWhoseClientIsGone() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(many(1, 300, lease -> acquire(1, lease)));
        steps.add(acquire(0, 1));
        steps.add(new Step.LoseInbox(1));
        for (int turn = 0; turn < 4; turn++) {
            steps.add(new Step.Release(0, 0, turn, 1, 0));
            steps.add(acquire(0, turn + 2));
        }
        return plan(Shape.MUTEX, steps);
    }

    /** Nobody knows since when, until they are in the way. */
    private static Sequence waitersThatAreSilent() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(acquire(0, 1));
        steps.add(many(1, 150, lease -> acquire(1, lease)));
        steps.add(new Step.Withdraw(0, 0, 1, 0));
        steps.add(new Step.Wait(16_000));
        steps.add(acquire(1, 140));
        steps.add(new Step.Release(0, 0, 0, Step.Release.HEAD, 0));
        steps.add(acquire(1, 150));
        steps.add(acquire(0, 2));
        return plan(Shape.MUTEX, steps);
    }

    private static Sequence fullQueue() {
        int most = 151;
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(acquire(0, 1));
        steps.add(many(1, most - 1, lease -> acquire(1, lease)));
        steps.add(acquire(0, 2, 1, LEASE, most));
        steps.add(new Step.Wait(16_000));
        steps.add(acquire(0, 3, 1, LEASE, most));
        return plan(Shape.MUTEX, steps);
    }

    /** Each call grants some, and tells the next one to go on. */
    private static Sequence readersBehindAWriter() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0, Shape.MAX, LEASE, 1000));
        steps.add(many(1, 130, lease -> acquire(1, lease)));
        steps.add(new Step.Release(0, 0, 0, Step.Release.HEAD, 0));
        steps.add(acquire(1, 100));
        steps.add(acquire(1, 33));
        steps.add(acquire(1, 1));
        steps.add(acquire(0, 1));
        steps.add(acquire(1, 110));
        steps.add(acquire(0, 1));
        return plan(READ_WRITE, steps);
    }

    private static Sequence readersOfANode() {
        List<Step> steps = new ArrayList<>();
        steps.add(vote(0, 0, Shape.MAX));
        steps.add(many(1, 150, lease -> vote(1, lease, 1)));
        steps.add(vote(0, 1, Shape.MAX));
        steps.add(new Step.Release(0, 0, 0, 1, 0));
        steps.add(vote(0, 2, 1));
        steps.add(new Step.Wait(11));
        steps.add(vote(0, 3, 1));
        steps.add(vote(1, 90, 1));
        return plan(READ_WRITE.inQuorum(), steps);
    }

    private static Sequence readersOfANodeThatAreGone() {
        List<Step> steps = new ArrayList<>();
        steps.add(vote(0, 0, Shape.MAX));
        steps.add(many(1, 150, lease -> vote(1, lease, 1)));
        steps.add(new Step.Wait(11_000));
        steps.add(vote(1, 100, 1));
        steps.add(new Step.Release(0, 0, 0, 1, 0));
        steps.add(vote(0, 1, Shape.MAX));
        steps.add(new Step.Unvote(0, 0, 1, Proposal.SAME));
        return plan(READ_WRITE.inQuorum(), steps);
    }

    /** One that lasts keeps those behind it for as long. */
    private static Sequence tombstones() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(many(100, 149, lease -> new Step.Withdraw(0, 0, lease, 1000)));
        steps.add(new Step.Withdraw(0, 0, 150, 10_000));
        steps.add(many(151, 200, lease -> new Step.Withdraw(0, 0, lease, 1000)));
        for (long wait : new long[] {2000, 10_000}) {
            steps.add(new Step.Wait(wait));
            steps.addAll(Collections.nCopies(5, acquire(0, 0)));
        }
        return plan(Shape.MUTEX, steps);
    }

    private static Sequence renewedForADay() {
        long twentyMinutes = 1_200_000;
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0, 1, twentyMinutes, 1000));
        for (int i = 0; i < 80; i++) {
            steps.add(new Step.Wait(twentyMinutes - 1000));
            steps.add(new Step.Renew(0, List.of(new Step.Renew.Request(0, 0, 1, twentyMinutes, false))));
        }
        return plan(Shape.MUTEX, steps);
    }

    /** From one to the other, each of which releases late. */
    private static Sequence handedOnForADay(boolean hint) {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(many(1, 80, lease -> acquire(0, lease)));
        for (int lease = 0; lease < 80; lease++) {
            steps.add(new Step.Release(0, 0, lease, hint ? Step.Release.HEAD : 1000, 0));
            steps.add(new Step.Wait(1_200_000));
        }
        return plan(Shape.MUTEX, steps);
    }

    private static Sequence holdersThatAreForced() {
        int capacity = 400;
        List<Step> steps = new ArrayList<>();
        steps.add(many(1, capacity, lease -> acquire(0, lease)));
        steps.add(many(1, 10, lease -> acquire(1, lease)));
        steps.add(new Step.Look(0, 0));
        steps.add(new Step.Force(0, 0, 60_000));
        steps.add(new Step.Renew(0, List.of(new Step.Renew.Request(0, capacity, 1, LEASE, false))));
        return plan(new Shape(LockKind.SEMAPHORE, capacity), steps);
    }

    private static Sequence holdersThatAreCollected() {
        int capacity = 300;
        List<Step> steps = new ArrayList<>();
        steps.add(many(1, capacity, lease -> acquire(0, lease, 1, 0, 1000)));
        steps.add(new Step.Wait(2000));
        steps.add(new Step.Renew(0, List.of(new Step.Renew.Request(0, 7, 1, 0, false))));
        steps.add(new Step.Wait(2000));
        steps.add(new Step.Collect(1, 0, 3000));
        return plan(new Shape(LockKind.SEMAPHORE, capacity), steps);
    }

    /** While one call after the other looks for them, some of those that were seen before are to end sooner. */
    private static Sequence holdersThatAreOver() {
        int capacity = 600;
        List<Step> steps = new ArrayList<>();
        for (int lock = 0; lock < SequenceSetup.LOCKS.size(); lock++) {
            int on = lock;
            steps.add(many(1, 545, lease -> acquire(0, on, lease, 1, lease % 3 == 0 ? 700 : LEASE, 1000)));
            steps.add(new Step.Wait(1000));
            List<Step> more = new ArrayList<>(Collections.nCopies(14, new Step.Resize(1, lock, capacity)));
            for (int lease = 1; lease < 60; lease += 3) {
                more.add(new Step.Renew(0, List.of(new Step.Renew.Request(lock, lease, 1, 5000 - lease, true))));
            }
            more.addAll(Collections.nCopies(30, new Step.Resize(1, lock, capacity)));
            steps.add(new Step.Many(more));
        }
        return plan(new Shape(LockKind.SEMAPHORE, capacity), steps);
    }

    /** The server forgets who has it all, and remembers many who had a part of it before. */
    private static Sequence holdersThatAreDisplaced() {
        int capacity = 600;
        List<Step> steps = new ArrayList<>();
        steps.add(many(1, capacity, lease -> acquire(0, lease)));
        steps.add(new Step.Save());
        steps.add(new Step.Force(0, 0, 0));
        steps.add(acquire(1, 0, capacity, LEASE, 1000));
        steps.add(new Step.Restart(Step.Restart.Data.SAVED));
        steps.add(new Step.GoOn(new Step.Renew(1, List.of(new Step.Renew.Request(0, 0, capacity, LEASE, false)))));
        Shape shape = new Shape(LockKind.SEMAPHORE, capacity);
        SequenceSetup setup = new SequenceSetup(Theme.ANYTHING, List.of(shape, shape), 2, OptionalLong.of(10_000), 300);
        return new Sequence(0, setup, steps);
    }

    /** So many tickets of nobody that several calls look for the next one. */
    private static Optional<String> holes(LuaServer server) {
        Run run = new Run(server, Shape.MUTEX);
        run.step(acquire(0, 0));
        run.step(acquire(0, 1));
        int last = 900;
        Step poll = new Step.Acquire(0, 0, last, 1, LEASE, true, Memory.NONE, 1000, Memory.ANY, false);
        run.step(poll);
        run.step(new Step.Withdraw(0, 0, 1, 0));
        run.step(new Step.Release(0, 0, 0, 1, 0));
        if (run.isHeld()) {
            return Optional.of("one call looked at all of them");
        }
        if (!(run.step(acquire(1, 0)) instanceof AcquireReply.Queued queued) || queued.pollAfterMillis() != 1) {
            return Optional.of("whoever comes meanwhile does not go on");
        }
        return run.step(poll) instanceof AcquireReply.Granted ? Optional.empty() : Optional.of("it was not found");
    }

    /** None is handed on, so the queue begins with tickets of nobody. */
    private static Sequence holesOfTheQuietPeriod() {
        List<Step> steps = new ArrayList<>();
        steps.add(acquire(0, 0));
        steps.add(many(1, 31, lease -> acquire(0, lease)));
        steps.add(new Step.Restart(Step.Restart.Data.ALL));
        steps.add(many(1, 29, lease -> new Step.Withdraw(0, 0, lease, 0)));
        steps.add(new Step.Wait(10_001));
        steps.add(new Step.Withdraw(0, 0, 30, 0));
        SequenceSetup setup =
                new SequenceSetup(Theme.ANYTHING, List.of(Shape.MUTEX, Shape.MUTEX), 1, OptionalLong.of(10_000), 300);
        return new Sequence(0, setup, steps);
    }

    private static Optional<String> holdersThatComeWhileOthersAreForced(LuaServer server) {
        Run run = new Run(server, new Shape(LockKind.SEMAPHORE, 1000));
        run.step(many(1, 400, lease -> acquire(0, lease)));
        List<?> reply = run.force("0", "0");
        if (reply.get(1).equals("")) {
            return Optional.of("one call ended all of them");
        }
        run.step(many(1, 20, lease -> acquire(1, lease)));
        while (!reply.get(1).equals("")) {
            reply = run.force((String) reply.get(1), (String) reply.get(2));
        }
        Set<String> come = IntStream.rangeClosed(1, 20)
                .mapToObj(lease -> SequenceSetup.lease(1, lease))
                .collect(Collectors.toSet());
        return run.holders().equals(come) ? Optional.empty() : Optional.of("those hold: " + run.holders());
    }

    /** The scripts alone. */
    private static final class Run {
        private final LuaServer server;
        private final LuaSide lua;
        private final World world;

        Run(LuaServer server, Shape shape) {
            SequenceSetup setup =
                    new SequenceSetup(Theme.ANYTHING, List.of(shape, shape), 2, OptionalLong.empty(), 300);
            this.server = server;
            this.world = new World(setup);
            this.lua = new LuaSide(server, setup, world.micros());
        }

        Object step(Step step) {
            return step.run(world, lua);
        }

        List<?> force(String from, String last) {
            List<String> args = List.of("because", "0", from, last, "");
            return (List<?>) server.client()
                    .run(Script.FORCE, List.of(LuaSide.key(SequenceSetup.lock(0))), args)
                    .join();
        }

        boolean isHeld() {
            return !holders().isEmpty();
        }

        Set<String> holders() {
            return lua.stored(SequenceSetup.lock(0)).tokens().keySet();
        }
    }

    private static Sequence plan(Shape shape, List<Step> steps) {
        SequenceSetup setup = new SequenceSetup(Theme.ANYTHING, List.of(shape, shape), 2, OptionalLong.empty(), 300);
        return new Sequence(0, setup, steps);
    }

    private static Step many(int first, int last, IntFunction<Step> step) {
        return new Step.Many(IntStream.rangeClosed(first, last).mapToObj(step).toList());
    }

    private static Step acquire(int client, int lease) {
        return acquire(client, lease, 1, LEASE, 1000);
    }

    private static Step acquire(int client, int lease, long permits, long leaseMillis, int maxWaiters) {
        return acquire(client, 0, lease, permits, leaseMillis, maxWaiters);
    }

    private static Step acquire(int client, int lock, int lease, long permits, long leaseMillis, int maxWaiters) {
        return new Step.Acquire(
                client, lock, lease, permits, leaseMillis, true, Memory.NONE, maxWaiters, Memory.NONE, false);
    }

    private static Step vote(int client, int lease, long permits) {
        return new Step.Vote(client, 0, lease, permits, LEASE, true, Proposal.CLOCK, 1000, false);
    }
}
