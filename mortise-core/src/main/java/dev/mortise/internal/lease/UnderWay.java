package dev.mortise.internal.lease;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a client has begun and what it has on the server, for the closing, which waits until that is nothing. Thread-safe. */
public final class UnderWay {
    /*
     * Overview. There is a register for each kind of thing, and a number of calls. A wait becomes a lease, and a lease a
     * release; each enters the next register before it leaves the last one. The registers are read in that order, so
     * nothing is missed while it moves, and an acquire or release need not count anything. Each register says when it has
     * less than before.
     */
    private final List<BooleanSupplier> registers = new CopyOnWriteArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();

    /** Completes when nothing is left; null until that is waited for. Once set stays set. */
    private final AtomicReference<@Nullable CompletableFuture<Void>> nothing = new AtomicReference<>();

    /**
     * A register more, behind those that are there.
     *
     * @param isEmpty whether nothing is in it
     */
    public void add(BooleanSupplier isEmpty) {
        registers.add(isEmpty);
    }

    /** A call begins that may put something into a register; {@link #callEnded} is to follow. */
    public void callBegins() {
        calls.incrementAndGet();
    }

    /** That call has returned or thrown; what it began is in a register by now. */
    public void callEnded() {
        calls.decrementAndGet();
        less();
    }

    /** Something has left a register. */
    public void less() {
        CompletableFuture<Void> waiting = nothing.get();
        if (waiting != null && isNothing()) {
            waiting.complete(null);
        }
    }

    /** To be called when nothing new begins any more. Completes when nothing is left, on any thread. */
    public CompletableFuture<Void> nothing() {
        nothing.compareAndSet(null, new CompletableFuture<>());
        less();
        return Objects.requireNonNull(nothing.get()).copy();
    }

    private boolean isNothing() {
        return calls.get() == 0 && registers.stream().allMatch(BooleanSupplier::getAsBoolean);
    }
}
