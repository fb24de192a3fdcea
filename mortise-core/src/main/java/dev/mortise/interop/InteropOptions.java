package dev.mortise.interop;

import dev.mortise.AcquireOptions;
import dev.mortise.LeaseLoss;
import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import java.time.Duration;
import java.util.Optional;

/**
 * How to acquire an {@link InteropLock}: what {@link AcquireOptions} have that such a lock can carry. Immutable: every method returns
 * a changed copy. Values are checked here as far as they can be alone, and against the client's configuration when they are used.
 */
public final class InteropOptions {
    private static final InteropOptions DEFAULTS = new InteropOptions(AcquireOptions.defaults());

    private final AcquireOptions options;

    private InteropOptions(AcquireOptions options) {
        this.options = options;
    }

    /** Waits without limit; the client's lease, renewed. */
    public static InteropOptions defaults() {
        return DEFAULTS;
    }

    /** {@link #defaults()}, but asks once and does not wait. */
    public static InteropOptions noWait() {
        return DEFAULTS.maxWait(Duration.ZERO);
    }

    /** {@link #defaults()}, but waits no longer than that. */
    public static InteropOptions waitUpTo(Duration maxWait) {
        return DEFAULTS.maxWait(maxWait);
    }

    /** How long to wait at most; zero = ask once, {@link AcquireOptions#FOREVER} = no limit. */
    public InteropOptions maxWait(Duration maxWait) {
        return new InteropOptions(options.maxWait(maxWait));
    }

    /** The time to live of the key, at least 100 ms, and with {@link Renewal#OFF} at least 1 ms. The default is the client's. */
    public InteropOptions lease(Duration lease) {
        return new InteropOptions(options.lease(lease));
    }

    /** Whether the client keeps the lease alive; it does by default. */
    public InteropOptions renewal(Renewal renewal) {
        return new InteropOptions(options.renewal(renewal));
    }

    /** Renewed up to this, counted from the grant; then the lease is lost with {@link LeaseLoss.Cause#MAX_HOLD}. */
    public InteropOptions maxHold(Duration maxHold) {
        return new InteropOptions(options.maxHold(maxHold));
    }

    /** What happens on loss. */
    public InteropOptions onLoss(OnLoss onLoss) {
        return new InteropOptions(options.onLoss(onLoss));
    }

    /** How long to wait at most. */
    public Duration maxWait() {
        return options.maxWait();
    }

    /** The lease asked for; empty for the client's own. */
    public Optional<Duration> lease() {
        return options.lease();
    }

    /** Whether the client keeps the lease alive. */
    public Renewal renewal() {
        return options.renewal();
    }

    /** The longest hold; empty for no limit. */
    public Optional<Duration> maxHold() {
        return options.maxHold();
    }

    /** What happens on loss. */
    public OnLoss onLoss() {
        return options.onLoss();
    }

    @Override
    public String toString() {
        return "InteropOptions[maxWait=" + maxWait() + ", lease=" + lease() + ", renewal=" + renewal() + ", maxHold="
                + maxHold() + ", onLoss=" + onLoss() + "]";
    }
}
