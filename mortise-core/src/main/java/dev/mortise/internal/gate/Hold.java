package dev.mortise.internal.gate;

import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.waiting.Knocker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A tenure as its gate has it: how many stand on it, and the tokens that are left. Fields are guarded by the gate. */
final class Hold implements Home {
    private static final long CLAIM = TimeUnit.SECONDS.toNanos(5);
    private static final long FIRST_RESERVE = 1024;

    /** Tokens that are not used put the clock of tokens ahead, by a microsecond each. */
    static final long LARGEST_RESERVE = 16_384;

    private final Gate gate;
    final Tenure tenure;
    final Budget budget;

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

    private long nextToken;
    private long lastToken;
    private long reserve = FIRST_RESERVE;

    Hold(Gate gate, Function<Home, Tenure> tenure, boolean shared, Budget budget) {
        this.gate = gate;
        this.tenure = tenure.apply(this);
        this.budget = budget;
        this.shared = shared;
        this.nextToken = this.tenure.firstToken() + 1;
        this.lastToken = this.tenure.firstToken() + Fencing.BLOCK - 1;
    }

    /** How a lease fits on what is left of the tenure. */
    enum Fit {
        /** As it is. */
        YES,
        /** After it was renewed, or got more tokens. */
        RENEWED,
        /** Not. */
        NO
    }

    Fit fit(Knocker knocker, long now) {
        long wanted = knocker.worthNanos();
        if (tenure.loss() != null || tenure.isEndless() != (wanted == 0) || now >= tenure.validUntil()) {
            return Fit.NO;
        }
        // Who wants less than the server would keep it after a crash does not get it from here; with readers beside it,
        // the longest counts anyway.
        if (!tenure.isEndless() && active == 0 && tenure.worthNanos() > wanted && tenure.serverEnd() - now > wanted) {
            return Fit.NO;
        }
        if (tenure.mayBeShortened()) {
            return Fit.NO;
        }
        boolean comfortable = tenure.isEndless() || tenure.validUntil() - now >= Math.min(wanted, CLAIM) / 2;
        return comfortable && nextToken <= lastToken ? Fit.YES : Fit.RENEWED;
    }

    /** Whether something is left of it at all. */
    boolean canBePassed(long now) {
        return tenure.loss() == null && now < tenure.validUntil() && nextToken <= lastToken;
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
        return tenure.loss() == null && now < tenure.validUntil();
    }

    @Override
    public void released(HeldLease lease) {
        gate.released(this, lease);
    }

    @Override
    public CompletableFuture<?> ended(HeldLease lease) {
        return gate.ended(this, lease);
    }

    @Override
    public CompletableFuture<@Nullable Tenure> alone(HeldLease lease) {
        return gate.alone(this, lease);
    }

    @Override
    public void contended() {
        gate.contended(this);
    }

    @Override
    public boolean isAlone(HeldLease lease) {
        return lease.terms().permits() == tenure.permits() && tenure.isExclusive();
    }
}
