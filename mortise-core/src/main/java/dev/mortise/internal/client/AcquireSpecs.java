package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.Durability;
import dev.mortise.LeaseTicket;
import dev.mortise.Renewal;
import dev.mortise.internal.acquire.AcquireSpec;
import dev.mortise.internal.lease.AcquireSite;
import dev.mortise.internal.lease.LeaseTerms;
import dev.mortise.internal.store.Tag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Turns options into what the engine takes, and checks them against the client's configuration. Immutable. */
final class AcquireSpecs {
    private final ClientConfig config;

    AcquireSpecs(ClientConfig config) {
        this.config = config;
    }

    /**
     * @param maxWaitNanos 0 = ask once, {@link Long#MAX_VALUE} = no limit
     * @throws IllegalArgumentException when the options contradict the configuration
     */
    AcquireSpec of(
            String lock, Permits use, AcquireOptions options, Caller caller, long maxWaitNanos, boolean explain) {
        LeaseTerms terms = new LeaseTerms(
                lock,
                use.shape(),
                use.permits(),
                leaseNanos(options),
                options.renewal(),
                options.maxHold().map(Duration::toNanos).orElse(0L),
                options.onLoss(),
                new Tag(options.owner().resolve(), options.label()),
                Thread.currentThread(),
                caller.isThreadBound(),
                caller.party(options.owner()),
                site());
        return new AcquireSpec(terms, maxWaitNanos, explain, durability(options));
    }

    /** Where the calling thread asks for a lease; null unless stacks are captured. */
    @Nullable
    AcquireSite site() {
        return config.insight().capturesStacks() ? AcquireSite.here() : null;
    }

    static long maxWaitNanos(Duration maxWait) {
        return maxWait.equals(AcquireOptions.FOREVER) ? Long.MAX_VALUE : maxWait.toNanos();
    }

    /** How far its grant must be copied. */
    Durability durability(AcquireOptions options) {
        return options.durability().orElse(config.durability());
    }

    /**
     * Refuses a lease from elsewhere that a loss of data could end here without its holder knowing.
     *
     * @throws IllegalArgumentException when it does not go with the configuration
     */
    void check(LeaseTicket ticket) {
        if (ticket.lease().isZero()) {
            config.limits().checkUntilReleased();
        } else {
            config.limits().check(ticket.lease(), Renewal.OFF);
        }
    }

    void check(AcquireOptions options) {
        if (options.isUntilReleased()) {
            config.limits().checkUntilReleased();
            return;
        }
        config.limits().check(options.lease().orElse(config.lease()), options.renewal());
    }

    private long leaseNanos(AcquireOptions options) {
        check(options);
        return options.isUntilReleased()
                ? 0
                : options.lease().orElse(config.lease()).toNanos();
    }
}
