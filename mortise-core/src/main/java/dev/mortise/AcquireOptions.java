package dev.mortise;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * How to acquire. Immutable: every method returns a changed copy. Values are checked here as far as they can be alone,
 * and against the client's configuration when they are used; nothing is corrected in silence.
 */
public final class AcquireOptions {
    /** For {@link #maxWait}: no limit. */
    public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    /** The shortest lease that is renewed, and the shortest {@link #maxHold}. */
    public static final Duration MIN_LEASE = Duration.ofMillis(100);

    /** The shortest lease with {@link Renewal#OFF}. */
    public static final Duration MIN_FIXED_LEASE = Duration.ofMillis(1);

    /** The longest lease, wait (but {@link #FOREVER}) and hold. */
    public static final Duration MAX_DURATION = Duration.ofDays(365);

    private static final int MAX_LABEL = 256;
    private static final AcquireOptions DEFAULTS = new AcquireOptions(new Values());

    private final Values values;

    private AcquireOptions(Values values) {
        this.values = values;
    }

    /** Waits without limit; the client's lease, renewed; owned by the calling thread. */
    public static AcquireOptions defaults() {
        return DEFAULTS;
    }

    /** {@link #defaults()}, but asks once and does not wait. */
    public static AcquireOptions noWait() {
        return DEFAULTS.maxWait(Duration.ZERO);
    }

    /** {@link #defaults()}, but waits no longer than that. */
    public static AcquireOptions waitUpTo(Duration maxWait) {
        return DEFAULTS.maxWait(maxWait);
    }

    /** How long to wait at most; zero = ask once, {@link #FOREVER} = no limit. */
    public AcquireOptions maxWait(Duration maxWait) {
        Objects.requireNonNull(maxWait, "maxWait");
        if (!maxWait.equals(FOREVER)) {
            range("maxWait", maxWait, Duration.ZERO, MAX_DURATION);
        }
        Values copy = values.copy();
        copy.maxWait = maxWait;
        return new AcquireOptions(copy);
    }

    /**
     * How long the lease lives without renewal; at least 100 ms, and with {@link Renewal#OFF} at least 1 ms. The default is the
     * client's. The server keeps a lease of less than 100 ms for 120 ms, and this client gives the lock back when its time is
     * over. So a client that dies keeps it a little longer. Such a lease counts from when the caller gets it, and may be over
     * before the caller looks at it.
     */
    public AcquireOptions lease(Duration lease) {
        range("lease", Objects.requireNonNull(lease, "lease"), MIN_FIXED_LEASE, MAX_DURATION);
        Values copy = values.copy();
        copy.lease = Optional.of(lease);
        copy.untilReleased = false;
        return new AcquireOptions(copy);
    }

    /**
     * No expiry on the server. The lease ends when it is released. This client renews it every 10 s; if it has not been
     * renewed for 60 s, the server collects it, and a waiter gets the lock within 5 s. A server that was started less
     * than 60 s before, or was a replica once, or whose user may not call INFO, first gives clients 60 s to renew,
     * unless a quiet period is kept. In this client the lease is lost after 60 s without an answer of the server,
     * because it may be collected then. Takes the place of {@link #lease}.
     */
    public AcquireOptions untilReleased() {
        Values copy = values.copy();
        copy.lease = Optional.empty();
        copy.untilReleased = true;
        return new AcquireOptions(copy);
    }

    /** Whether the client keeps the lease alive. */
    public AcquireOptions renewal(Renewal renewal) {
        Values copy = values.copy();
        copy.renewal = Objects.requireNonNull(renewal, "renewal");
        return new AcquireOptions(copy);
    }

    /** Renewed up to this, counted from the grant; then the lease is lost with {@link LeaseLoss.Cause#MAX_HOLD}. */
    public AcquireOptions maxHold(Duration maxHold) {
        range("maxHold", Objects.requireNonNull(maxHold, "maxHold"), MIN_LEASE, MAX_DURATION);
        Values copy = values.copy();
        copy.maxHold = Optional.of(maxHold);
        return new AcquireOptions(copy);
    }

    /**
     * The owner that is shown for the waiter and the holder, and that waits and holds where deadlocks are looked for. The default
     * is the calling thread. An asynchronous acquire is shown with that, too, but is part of a deadlock only with {@link Owner#of}.
     */
    public AcquireOptions owner(Owner owner) {
        Values copy = values.copy();
        copy.owner = Objects.requireNonNull(owner, "owner");
        return new AcquireOptions(copy);
    }

    /** What happens on loss. */
    public AcquireOptions onLoss(OnLoss onLoss) {
        Values copy = values.copy();
        copy.onLoss = Objects.requireNonNull(onLoss, "onLoss");
        return new AcquireOptions(copy);
    }

    /**
     * How far a grant must have been copied before the caller gets it; the default is the client's. That is waited for
     * within {@link #maxWait} and one command time-out at most; for an acquire that does not wait, asking and copying
     * together take one command time-out at most. If it is not reached, the grant is given back and the acquire fails
     * with {@link LockUnavailableException}. Such an acquire always asks the server: a lock that another thread of this
     * client releases is not handed to it. Locks of {@code allOf} are then acquired one after the other.
     */
    public AcquireOptions durability(Durability durability) {
        Values copy = values.copy();
        copy.durability = Optional.of(Objects.requireNonNull(durability, "durability"));
        return new AcquireOptions(copy);
    }

    /**
     * Shown beside the holder or waiter, by {@link DistributedLock#inspect} and in time-outs; up to 256 characters
     * without control characters.
     */
    public AcquireOptions label(String text) {
        Values copy = values.copy();
        copy.label = Text.require("label", Objects.requireNonNull(text, "label"), MAX_LABEL);
        return new AcquireOptions(copy);
    }

    /** How long to wait at most. */
    public Duration maxWait() {
        return values.maxWait;
    }

    /** The lease asked for; empty for the client's own, and for {@link #untilReleased()}. */
    public Optional<Duration> lease() {
        return values.lease;
    }

    /** Whether the lease has no expiry. */
    public boolean isUntilReleased() {
        return values.untilReleased;
    }

    /** Whether the lease is renewed. */
    public Renewal renewal() {
        return values.renewal;
    }

    /** The longest hold, if it has one. */
    public Optional<Duration> maxHold() {
        return values.maxHold;
    }

    /** The owner that is shown for the waiter and the holder. */
    public Owner owner() {
        return values.owner;
    }

    /** What happens on loss. */
    public OnLoss onLoss() {
        return values.onLoss;
    }

    /** How far a grant must have been copied; empty for the client's own. */
    public Optional<Durability> durability() {
        return values.durability;
    }

    /** The label, empty if there is none. */
    public String label() {
        return values.label;
    }

    @Override
    public String toString() {
        return "AcquireOptions[maxWait=" + (values.maxWait.equals(FOREVER) ? "forever" : values.maxWait) + ", lease="
                + (values.untilReleased
                        ? "until released"
                        : values.lease.map(Duration::toString).orElse("default"))
                + ", renewal=" + values.renewal
                + values.maxHold.map(hold -> ", maxHold=" + hold).orElse("")
                + ", owner=" + values.owner + ", onLoss=" + values.onLoss
                + values.durability.map(wanted -> ", durability=" + wanted).orElse("")
                + (values.label.isEmpty() ? "" : ", label=" + values.label) + "]";
    }

    private static void range(String what, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(what + " must be from " + min + " to " + max + ", was " + value);
        }
    }

    /** The fields, with their defaults; changed only in a fresh copy before it is published. */
    private static final class Values {
        private Duration maxWait = FOREVER;
        private Optional<Duration> lease = Optional.empty();
        private boolean untilReleased;
        private Renewal renewal = Renewal.ON;
        private Optional<Duration> maxHold = Optional.empty();
        private Owner owner = Owner.currentThread();
        private OnLoss onLoss = OnLoss.NOTIFY;
        private Optional<Durability> durability = Optional.empty();
        private String label = "";

        private Values copy() {
            Values copy = new Values();
            copy.maxWait = maxWait;
            copy.lease = lease;
            copy.untilReleased = untilReleased;
            copy.renewal = renewal;
            copy.maxHold = maxHold;
            copy.owner = owner;
            copy.onLoss = onLoss;
            copy.durability = durability;
            copy.label = label;
            return copy;
        }
    }
}
