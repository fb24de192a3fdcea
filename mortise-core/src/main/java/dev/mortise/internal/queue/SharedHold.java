package dev.mortise.internal.queue;

import dev.mortise.internal.lease.Hold;
import dev.mortise.internal.lease.HoldFacts;
import dev.mortise.internal.lease.LeaseState;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Reserved;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A hold that a local queue hands from lease to lease: how many leases stand on it, and the tokens that are left. Its fields are
 * guarded by the queue.
 */
final class SharedHold extends Hold {
    private static final long CLAIM = TimeUnit.SECONDS.toNanos(5);
    private static final long FIRST_RESERVE = 1024;

    /** Tokens that are not used put the clock of tokens ahead, by a microsecond each. */
    static final long LARGEST_RESERVE = 16_384;

    private final LocalQueue queue;
    final HandOffBudget budget;

    /** Leases that stand on it, or are just being made. */
    int active = 1;

    /** Whether those that stand on it share it. */
    boolean shared;

    /** Whether the server is being asked for tokens, or who waits. */
    boolean asking;

    /** Whether the next waits for the answer to that. */
    boolean halted;

    /** How many leases are just leaving it for a share of their own; it is not passed on meanwhile. */
    int splitting;

    /** The token of the next lease; beyond the last one when none is left. */
    private long nextToken;

    private long lastToken;

    /** How many tokens to ask for next. */
    private long reserve = FIRST_RESERVE;

    SharedHold(LocalQueue queue, HoldFacts facts, boolean shared, HandOffBudget budget) {
        super(facts);
        this.queue = queue;
        this.budget = budget;
        this.shared = shared;
        this.nextToken = facts.token() + 1;
        this.lastToken = facts.token() + Fencing.BLOCK - 1;
    }

    /** How a lease fits on what is left of the hold. */
    enum Fit {
        /** As it is. */
        YES,
        /** After it was renewed, or got more tokens. */
        RENEWED,
        /** It does not fit. */
        NO
    }

    Fit fit(LocalWaiter waiter, long now) {
        long wanted = waiter.lifetimeNanos();
        if (loss() != null || hasNoExpiry() != (wanted == 0) || now >= validUntil()) {
            return Fit.NO;
        }
        // A waiter with a shorter lease does not get this hold: after a crash the server would keep the lock for longer
        // than
        // that waiter asked. Not so beside other readers, where the longest lease counts anyway.
        if (!hasNoExpiry() && active == 0 && lifetimeNanos() > wanted && serverEnd() - now > wanted) {
            return Fit.NO;
        }
        if (mayBeShortened()) {
            return Fit.NO;
        }
        boolean comfortable = hasNoExpiry() || validUntil() - now >= Math.min(wanted, CLAIM) / 2;
        return comfortable && nextToken <= lastToken ? Fit.YES : Fit.RENEWED;
    }

    /** Whether something is left of it at all. */
    boolean canBePassed(long now) {
        return loss() == null && now < validUntil() && nextToken <= lastToken;
    }

    long nextToken() {
        return nextToken++;
    }

    /** How many tokens to ask for next. */
    long tokensToReserve() {
        long tokens = reserve;
        reserve = Math.min(LARGEST_RESERVE, 4 * reserve);
        return tokens;
    }

    void reserved(Reserved more, long tokens) {
        nextToken = more.token();
        lastToken = more.token() + tokens - 1;
    }

    boolean isValid(long now) {
        return loss() == null && now < validUntil();
    }

    @Override
    public void released(LeaseState lease) {
        queue.released(this, lease);
    }

    @Override
    public CompletableFuture<?> ended(LeaseState lease) {
        return queue.ended(this, lease);
    }

    @Override
    public CompletableFuture<@Nullable Hold> takeOut(LeaseState lease) {
        return queue.takeOut(this, lease);
    }

    @Override
    public void contended() {
        queue.contended(this);
    }

    @Override
    public boolean isSole(LeaseState lease) {
        return lease.terms().permits() == permits() && isExclusive();
    }
}
