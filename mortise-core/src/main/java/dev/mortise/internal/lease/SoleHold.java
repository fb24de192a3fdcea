package dev.mortise.internal.lease;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A hold of one lease: it goes back to the server when the lease ends. That of a semaphore, of an adopted lease, of one
 * that left its local queue, and of any lease where nothing is handed on. Each end puts the release on record before it
 * forgets the hold, so that {@link UnderWay} misses nothing in between.
 */
public final class SoleHold extends Hold {
    private final Ways ways;

    private SoleHold(HoldFacts facts, Ways ways) {
        super(facts);
        this.ways = ways;
    }

    private SoleHold(Hold former, long permits, long token, Ways ways) {
        super(former, permits, token);
        this.ways = ways;
    }

    @Override
    public void released(LeaseState lease) {
        ways.releases().release(lease);
        ways.registry().forget(this);
    }

    @Override
    public CompletableFuture<?> ended(LeaseState lease) {
        CompletableFuture<?> gone = ways.releases().cleanUp(this);
        ways.registry().forget(this);
        return gone;
    }

    @Override
    public CompletableFuture<@Nullable Hold> takeOut(LeaseState lease) {
        return CompletableFuture.completedFuture(lease.isLive() ? lease.hold() : null);
    }

    @Override
    public void contended() {}

    @Override
    public boolean isSole(LeaseState lease) {
        return true;
    }

    /**
     * Makes the sole holds of one client, and says where they go.
     *
     * @param registry knows their leases
     * @param releases takes them back to the server
     */
    public record Ways(LeaseRegistry registry, Releases releases) {
        /** Of a grant. */
        public SoleHold of(HoldFacts facts) {
            return new SoleHold(facts, this);
        }

        /** The same holder on the server as that one, for the one lease that is left on it. */
        public SoleHold insteadOf(Hold former) {
            return insteadOf(former, former.permits(), former.firstToken());
        }

        /** As {@link #insteadOf(Hold)}, with so many permits and with that token. */
        public SoleHold insteadOf(Hold former, long permits, long token) {
            return new SoleHold(former, permits, token, this);
        }
    }
}
