package dev.mortise.interop;

import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LeaseLostException;
import dev.mortise.ReleaseOutcome;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The right to hold both locks of a {@link BridgedLock}: valid as long as each is, and lost with the first that is lost. Then the other is
 * released, or, if it belongs to a thread, when that thread closes this lease. Thread-safe, but for a part that belongs to a
 * thread.
 */
public final class BridgedLease implements AutoCloseable {
    /*
     * Overview. The state changes once: HELD -> RELEASED, by the holder, or HELD -> LOST, by whoever finds that a part is not valid any
     * more. What waits for the loss of a part refers to this object weakly: a client finds out by the garbage collection that
     * a lease was dropped, and then renews it no more.
     */
    private enum State {
        HELD,
        RELEASED,
        LOST
    }

    private final String name;
    private final BridgePart.Held first;
    private final BridgePart.Held second;

    /** By compare-and-set, once. */
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);

    private final CompletableFuture<LeaseLoss> lost = new CompletableFuture<>();

    BridgedLease(String name, BridgePart.Held first, BridgePart.Held second) {
        this.name = name;
        this.first = first;
        this.second = second;
    }

    /** From now on it notices the loss of a part. */
    BridgedLease watch() {
        WeakReference<BridgedLease> self = new WeakReference<>(this);
        for (BridgePart.Held part : List.of(first, second)) {
            part.lost().thenAccept(loss -> {
                BridgedLease whole = self.get();
                if (whole != null) {
                    whole.lose(loss);
                }
            });
        }
        return this;
    }

    /** The names of both locks. */
    public String lockName() {
        return name;
    }

    /**
     * Whether this process may still rely on both locks. No I/O, unless a part that belongs to a thread asks for that; such a part is only
     * asked by its thread.
     */
    public boolean isValid() {
        if (state.get() != State.HELD) {
            return false;
        }
        if (first.isValid() && second.isValid()) {
            return state.get() == State.HELD;
        }
        lose(new LeaseLoss(Cause.GONE, "one of the two locks is not held any more"));
        return false;
    }

    /** How long both stay valid if they are not renewed any more; zero when it is not valid. */
    public Duration remaining() {
        Duration one = first.remaining();
        Duration other = second.remaining();
        return !isValid() ? Duration.ZERO : one.compareTo(other) < 0 ? one : other;
    }

    /** The fencing token of the first that has one: of the lock of Mortise, where there is one. */
    public OptionalLong fencingToken() {
        OptionalLong token = first.fencingToken();
        return token.isPresent() ? token : second.fencingToken();
    }

    /**
     * Completes when this lease is lost, and only then; at once when it already is. A part that belongs to a thread cannot tell: its loss is
     * noticed by {@link #isValid}.
     */
    public CompletionStage<LeaseLoss> lost() {
        return lost.minimalCompletionStage();
    }

    /**
     * Releases the second lock, then the first. Idempotent. Blocks for no longer than the releases of both.
     *
     * @return {@link ReleaseOutcome#LOST} when one of them was lost before, otherwise {@link ReleaseOutcome#UNKNOWN} when one was not
     *     answered
     */
    public ReleaseOutcome release() {
        if (isValid()) {
            state.compareAndSet(State.HELD, State.RELEASED);
        }
        ReleaseOutcome two = second.release();
        ReleaseOutcome one = first.release();
        if (state.get() == State.LOST || one == ReleaseOutcome.LOST || two == ReleaseOutcome.LOST) {
            return ReleaseOutcome.LOST;
        }
        return one == ReleaseOutcome.UNKNOWN ? one : two;
    }

    /** {@link #release()}; does not throw on loss. */
    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return "BridgedLease[locks=" + name + ", state=" + state + "]";
    }

    /** What to throw when it is not valid any more. */
    LeaseLostException gone() {
        LeaseLoss loss = lost.getNow(new LeaseLoss(Cause.GONE, "one of the two locks was lost"));
        return new LeaseLostException(name, fencingToken().orElse(0), loss);
    }

    private void lose(LeaseLoss loss) {
        if (!state.compareAndSet(State.HELD, State.LOST)) {
            return;
        }
        lost.complete(loss);
        for (BridgePart.Held part : List.of(second, first)) {
            if (!part.isThreadBound()) {
                part.release();
            }
        }
    }
}
