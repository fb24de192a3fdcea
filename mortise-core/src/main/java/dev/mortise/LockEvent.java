package dev.mortise;

import java.time.Duration;
import java.util.List;

/** Something that happened to a lock of this client. No event holds a lease id or another secret. */
public sealed interface LockEvent {
    /** The lock; empty for what is about the client as a whole. */
    String lockName();

    /**
     * About one acquire, or the lease that it got. With {@code allOf} each of the locks has events of its own. Names, owners and
     * labels may have any number of values, a kind has three: that is what a metric is counted by.
     */
    sealed interface Use extends LockEvent {
        /** What the name is used as. */
        LockKind kind();

        /** Who waits or holds, as {@link AcquireOptions#owner} says. */
        String owner();

        /** As {@link AcquireOptions#label} says; empty when there is none. */
        String label();
    }

    /** A lease was granted. */
    record Acquired(
            String lockName,
            LockKind kind,
            String owner,
            String label,
            long fencingToken,
            Duration waited,
            boolean queued)
            implements Use {}

    /** The caller joined the queue at that place, 1 = next. */
    record Queued(String lockName, LockKind kind, String owner, String label, int place) implements Use {}

    /** A wait ended without a grant. */
    record NotAcquired(String lockName, LockKind kind, String owner, String label, Duration waited, Reason reason)
            implements Use {
        /** Why a wait ended without a grant. */
        public enum Reason {
            /** Asked once and refused, or waited in vain. */
            TIMEOUT,
            /** Interrupted or cancelled. */
            CANCELLED,
            /** The server could not be asked. */
            UNAVAILABLE,
            /** Granted, but not copied as far as {@link Durability} wants, and given back. */
            NOT_COPIED,
            /** It waited in a deadlock, and was chosen to end it. */
            DEADLOCK,
            /** Refused: wrong kind, queue full, or client closed. */
            REFUSED
        }
    }

    /**
     * Owners wait for each other for ever. Told by the client of the owner whose wait ends, and by those of the others; see
     * {@link DeadlockVictim}.
     *
     * @param lockName the lock that this owner waits for
     * @param owner an owner of this client
     * @param victim the owner whose wait ends: this one, or another one
     * @param cycle each waits for the one behind it, the last for the first; this owner comes first. Empty where this owner
     *     waits on
     */
    record Deadlock(String lockName, String owner, String victim, List<DeadlockException.Wait> cycle)
            implements LockEvent {}

    /**
     * A wait has lasted for unusually long, see {@code slowWaitAfter} of the builder. Told again when it has lasted twice as long,
     * and so on, on a background thread; a listener that blocks delays no grant. However many acquires of a client wait for one lock, it tells of the one that began first.
     *
     * @param waited how long so far
     * @param waits how many acquires of this client wait for the lock, this one among them
     * @param report what stands in the way
     */
    record SlowWait(
            String lockName, LockKind kind, String owner, String label, Duration waited, int waits, WaitReport report)
            implements Use {
        /** The wait, and what stands in its way, as one line. */
        public String describe() {
            return WaitText.slow(this);
        }
    }

    /**
     * A lease has been held for unusually long, see {@code longHoldAfter} of the builder. Told again when it has been held twice
     * as long, and so on.
     *
     * @param held how long so far
     * @param acquiredAt where it was acquired, the innermost call first; empty without {@code captureStacks} of the builder
     */
    record LongHold(
            String lockName,
            LockKind kind,
            String owner,
            String label,
            long fencingToken,
            Duration held,
            List<StackTraceElement> acquiredAt)
            implements Use {
        /** Copies the list. */
        public LongHold {
            acquiredAt = List.copyOf(acquiredAt);
        }
    }

    /** A lease was released after that time. */
    record Released(
            String lockName,
            LockKind kind,
            String owner,
            String label,
            long fencingToken,
            Duration held,
            ReleaseOutcome outcome)
            implements Use {}

    /** A lease should have been renewed and was not yet; {@code remaining} of it is left. */
    record RenewalOverdue(
            String lockName, LockKind kind, String owner, String label, long fencingToken, Duration remaining)
            implements Use {}

    /** A lease was lost. */
    record Lost(
            String lockName,
            LockKind kind,
            String owner,
            String label,
            long fencingToken,
            Duration held,
            LeaseLoss loss)
            implements Use {}

    /**
     * A lease object was garbage-collected without having been released.
     *
     * @param acquiredAt where it was acquired, the innermost call first; empty without {@code captureStacks} of the builder
     */
    record Leaked(
            String lockName,
            LockKind kind,
            String owner,
            String label,
            long fencingToken,
            Duration held,
            List<StackTraceElement> acquiredAt)
            implements Use {
        /** Copies the list. */
        public Leaked {
            acquiredAt = List.copyOf(acquiredAt);
        }
    }

    /** One request was about that many leases; {@code lost} of them are lost. */
    record Renewed(String lockName, int leases, int lost, Duration roundTrip) implements LockEvent {}

    /** The connection over which grants arrive is up again; waits were polled. */
    record InboxReconnected(String lockName) implements LockEvent {}
}
