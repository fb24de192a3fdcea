package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import dev.mortise.tests.model.Step.Memory;
import dev.mortise.tests.model.Step.Release;
import dev.mortise.tests.model.Step.Renew;
import dev.mortise.tests.model.Step.Restart;
import java.util.List;
import java.util.OptionalLong;

/** What random sequences seldom come to. */
final class SeldomPlans {
    private static final long LEASE = 30_000;
    private static final Shape READ_WRITE = new Shape(LockKind.READ_WRITE, Shape.MAX);
    private static final Shape THREE = new Shape(LockKind.SEMAPHORE, 3);

    private SeldomPlans() {}

    static List<Sequence> all() {
        return List.of(
                forgottenChange(),
                forgottenInOneCall(),
                adoptedWait(),
                holeAtTheHead(),
                tooMuchIsWantedAtTheHead(acquire(2, 1)),
                tooMuchIsWantedAtTheHead(acquire(3, 3)),
                tooMuchIsWantedAtTheHead(release(1, 0)),
                tooMuchIsWantedByTheLast(),
                tooMuchIsWantedWhileALeaseIsOver(),
                tokenOfThisMoment(),
                tokensThatWereUsed(),
                readerBeforeASilentWriter(),
                absence(),
                givenUp(),
                givenUpBefore(),
                withdrawnUpgrade(),
                upgradeInTheQuietPeriod(),
                absenceBesideOthers(),
                hintOfAnother(),
                fewerThanHold(),
                allThatAreOver(),
                allWithoutExpiry(),
                allAboveAStrangeToken(),
                resizedMutex());
    }

    static List<Sequence> ofQuorum() {
        return List.of(givenUpVote(), absentVote());
    }

    private static Sequence givenUpVote() {
        return plan(
                READ_WRITE.inQuorum(),
                new Step.Vote(0, 0, 0, 1, LEASE, true, Step.Proposal.CLOCK, 100, false),
                new Step.GiveUp(0, 0, 0, LEASE, Memory.NONE, 1),
                release(0, 0));
    }

    /** It was not renewed, and its token is ahead of the clock yet. */
    private static Sequence absentVote() {
        return new Sequence(
                0,
                setup(Shape.MUTEX.inQuorum(), OptionalLong.empty(), 1),
                List.of(
                        new Step.Vote(0, 0, 0, 1, 0, true, Step.Proposal.CLOCK, 100, false),
                        new Step.Wait(3500),
                        new Step.Collect(1, 0, 3000),
                        release(0, 0)));
    }

    /** A server forgets that a lease changed. */
    private static Sequence forgottenChange() {
        return quiet(
                READ_WRITE,
                acquire(0, Shape.MAX),
                new Step.Save(),
                new Step.Downgrade(0, 0, 0, LEASE, Memory.OWN),
                new Restart(Restart.Data.SAVED),
                new Renew(0, List.of(new Renew.Request(0, 0, 1, LEASE, false))));
    }

    /** The server knows the first of three, each of which has it all. */
    private static Sequence forgottenInOneCall() {
        return quiet(
                THREE,
                acquire(0, 3),
                new Step.Save(),
                release(0, 0),
                acquire(1, 3),
                release(1, 0),
                new Step.Acquire(1, 0, 1, 3, LEASE, true, Memory.NONE, 100, Memory.NONE, false),
                new Restart(Restart.Data.SAVED),
                new Renew(
                        1,
                        List.of(new Renew.Request(0, 0, 3, LEASE, false), new Renew.Request(0, 1, 3, LEASE, false))));
    }

    /** A reader that waits to be the writer is adopted by another client. */
    private static Sequence adoptedWait() {
        return plan(
                READ_WRITE,
                acquire(0, 1),
                acquire(1, 1),
                upgrade(0, 1),
                new Step.Adopt(2, 0, 0, 0, 0, 0, 0, LEASE),
                new Release(1, 0, 0, 1, 0));
    }

    /** The head of the queue leaves while nothing is handed on, and nobody stands there any more. */
    private static Sequence holeAtTheHead() {
        return quiet(
                Shape.MUTEX,
                acquire(0, 1),
                acquire(1, 1),
                acquire(2, 1),
                acquire(3, 1),
                new Restart(Restart.Data.ALL),
                new Step.Withdraw(1, 0, 0, 0),
                new Step.Wait(10_001),
                acquire(3, 1));
    }

    /** The capacity became less, and the lock is full again. */
    private static Sequence tooMuchIsWantedAtTheHead(Step then) {
        return plan(
                THREE,
                acquire(0, 3),
                acquire(1, 1),
                acquire(3, 3),
                acquire(2, 1),
                acquire(3, 3),
                new Step.Resize(0, 0, 1),
                release(0, 0),
                then);
    }

    private static Sequence tooMuchIsWantedByTheLast() {
        return plan(
                THREE,
                acquire(0, 3),
                acquire(1, 1),
                acquire(2, 3),
                new Step.Resize(0, 0, 1),
                release(0, 0),
                release(1, 0));
    }

    private static Sequence tooMuchIsWantedWhileALeaseIsOver() {
        return plan(
                THREE,
                new Step.Acquire(0, 0, 0, 3, 1000, true, Memory.NONE, 100, Memory.NONE, false),
                acquire(1, 1),
                acquire(2, 3),
                new Step.Resize(0, 0, 1),
                new Step.Wait(1500),
                acquire(2, 1));
    }

    private static Sequence tokenOfThisMoment() {
        return new Sequence(0, setup(Shape.MUTEX, OptionalLong.empty(), 1), List.of(acquire(0, 1), release(0, 1)));
    }

    /** By one that was granted while another waited already, from tokens that are ahead of the clock. */
    private static Sequence tokensThatWereUsed() {
        return plan(
                Shape.MUTEX,
                new Step.Acquire(1, 0, 0, 1, LEASE, true, Memory.ANY, 100, Memory.NONE, false),
                acquire(0, 1),
                acquire(2, 1),
                acquire(3, 1),
                release(1, 0),
                release(0, 40),
                release(2, 0));
    }

    /** It would have asked by now, as not all permits were in use. */
    private static Sequence readerBeforeASilentWriter() {
        return plan(READ_WRITE, acquire(0, 1), acquire(1, Shape.MAX), new Step.Wait(6000), release(0, 0));
    }

    /** A lease without expiry was not renewed, and ends nevertheless by its release. */
    private static Sequence absence() {
        return new Sequence(
                0,
                setup(Shape.MUTEX, OptionalLong.empty(), 1),
                List.of(
                        new Step.Acquire(0, 0, 0, 1, 0, true, Memory.NONE, 100, Memory.NONE, false),
                        new Step.Wait(4000),
                        new Step.Collect(1, 0, 3000),
                        acquire(1, 1),
                        release(0, 0)));
    }

    private static Sequence absenceBesideOthers() {
        return new Sequence(
                0,
                setup(THREE, OptionalLong.empty(), 1),
                List.of(
                        new Step.Acquire(0, 0, 0, 1, 0, true, Memory.NONE, 100, Memory.NONE, false),
                        acquire(1, 1),
                        new Step.Wait(4000),
                        new Step.Collect(1, 0, 3000),
                        release(0, 0)));
    }

    private static Sequence hintOfAnother() {
        return plan(Shape.MUTEX, acquire(0, 1), acquire(1, 1), acquire(2, 1), new Release(0, 0, 0, 2, 0));
    }

    /** One of them has as many permits as there are by now. */
    private static Sequence fewerThanHold() {
        return plan(
                THREE,
                acquire(0, 1),
                acquire(1, 1),
                acquire(2, 1),
                acquire(3, 1),
                new Step.Resize(0, 0, 1),
                release(0, 0));
    }

    private static Sequence givenUp() {
        return plan(
                READ_WRITE,
                acquire(0, 1),
                acquire(1, 1),
                upgrade(0, 1),
                new Step.GiveUp(0, 0, 0, LEASE, Memory.NONE, 1),
                release(0, 0));
    }

    private static Sequence givenUpBefore() {
        return plan(
                READ_WRITE,
                acquire(0, 1),
                acquire(1, 1),
                upgrade(0, 2),
                new Step.GiveUp(0, 0, 0, LEASE, Memory.NONE, 1));
    }

    private static Sequence withdrawnUpgrade() {
        return plan(READ_WRITE, acquire(0, 1), acquire(1, 1), upgrade(0, 1), new Step.Withdraw(0, 0, 0, 0));
    }

    private static Sequence upgradeInTheQuietPeriod() {
        return quiet(READ_WRITE, acquire(0, 1), new Restart(Restart.Data.ALL), upgrade(0, 1));
    }

    private static Sequence allThatAreOver() {
        Step all = new Step.AcquireAll(0, 0, 1, 1000, Memory.NONE);
        return plan(Shape.MUTEX, all, all, new Step.Wait(2000), all);
    }

    private static Sequence allWithoutExpiry() {
        return plan(Shape.MUTEX, new Step.AcquireAll(0, 0, 1, 0, Memory.NONE));
    }

    private static Sequence allAboveAStrangeToken() {
        return plan(Shape.MUTEX, new Step.AcquireAll(0, 0, 1, LEASE, Memory.STRANGE));
    }

    private static Sequence resizedMutex() {
        return plan(Shape.MUTEX, acquire(0, 1), new Step.Resize(0, 0, 3));
    }

    private static Step acquire(int client, long permits) {
        return new Step.Acquire(client, 0, 0, permits, LEASE, true, Memory.NONE, 100, Memory.NONE, false);
    }

    private static Step release(int client, int used) {
        return new Release(client, 0, 0, Release.HEAD, used);
    }

    private static Step upgrade(int client, int attempt) {
        return new Step.Upgrade(client, 0, 0, LEASE, true, Memory.NONE, attempt, false);
    }

    private static Sequence plan(Shape shape, Step... steps) {
        return new Sequence(0, setup(shape, OptionalLong.empty(), 300), List.of(steps));
    }

    private static Sequence quiet(Shape shape, Step... steps) {
        return new Sequence(0, setup(shape, OptionalLong.of(10_000), 300), List.of(steps));
    }

    private static SequenceSetup setup(Shape shape, OptionalLong quietMillis, long tickMicros) {
        return new SequenceSetup(Theme.ANYTHING, List.of(shape, shape), 4, quietMillis, tickMicros);
    }
}
