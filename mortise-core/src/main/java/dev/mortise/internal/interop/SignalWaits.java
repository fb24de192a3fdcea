package dev.mortise.internal.interop;

import dev.mortise.internal.runtime.Backoff;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.Retry;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.interop.LockLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the signals of other programs, where locks have them: for each lock that is waited for here, one wait. Thread-safe, never blocks. */
final class SignalWaits {
    /*
     * Overview. A signal is an element of a list, and who takes it out is expected to take the lock. So none may be lost:
     *
     *   a waiter of this client stands in line   it is told, and asks
     *   it does not take the lock, and leaves    its withdrawal puts the signal back, if the lock is free
     *   nobody stands in line any more           it is put back
     *   nothing was heard of the wait            it may have been taken: it is put back, if the lock is free
     *
     * Put back too often is harmless: one is there at most, and it lives as long as one of its library.
     *
     * The wait is no part of anybody's acquire. Each acquire asks by itself as well, when the lock expires at the latest, because an
     * expiry sends no signal. The wait also ends by a list of its own, on which this client says that nobody waits here any more.
     */
    private static final Logger log = LoggerFactory.getLogger(SignalWaits.class);
    private static final Backoff.Pauses PAUSES = Backoff.Pauses.ofMillis(100, 5_000);
    private static final Backoff.Pauses OFFER_PAUSES = Backoff.Pauses.ofMillis(20, 1_000);

    /** How long one wait lasts at most, ms: for so long a server may take a client for there that is gone. */
    private static final long WAIT_MILLIS = 10_000;

    /** How long a signal lives, ms; what python-redis-lock has by default. */
    static final String SIGNAL_MILLIS = "1000";

    /** How long a signal that may have been taken is offered again, ns. */
    private static final long OFFER_FOR = TimeUnit.SECONDS.toNanos(30);

    private final ScriptRunner runner;
    private final LockLayout layout;
    private final WaitLines lines;
    private final Time time;
    private final long commandTimeoutNanos;
    private final Predicate<String> tell;

    /** Locks with a wait under way, or due. */
    private final ConcurrentMap<String, Backoff> waits = new ConcurrentHashMap<>();

    /** Those of which the last wait has failed. */
    private final ConcurrentHashMap.KeySetView<String, Boolean> deaf = ConcurrentHashMap.newKeySet();

    /** Completes when this is closed and no wait is under way. */
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** Id of this client; set before there are waits. */
    private volatile String clientId = "";

    /** Once true stays true. */
    private volatile boolean closed;

    /** @param tell has the first in line for a lock ask; answers whether there is one */
    SignalWaits(
            ScriptRunner runner,
            LockLayout layout,
            WaitLines lines,
            Time time,
            long commandTimeoutNanos,
            Predicate<String> tell) {
        this.runner = runner;
        this.layout = layout;
        this.lines = lines;
        this.time = time;
        this.commandTimeoutNanos = commandTimeoutNanos;
        this.tell = tell;
    }

    void open(String ofClient) {
        clientId = ofClient;
    }

    /** Somebody stands in line for it. */
    void wanted(String lock) {
        if (!closed && layout.hasSignals() && waits.putIfAbsent(lock, new Backoff(time, PAUSES)) == null) {
            await(lock);
        }
    }

    /** Nobody may stand in line for it any more: then the wait ends soon. */
    void left(String lock) {
        if (waits.containsKey(lock) && lines.isEmpty(lock)) {
            wake(lock);
        }
    }

    /** Whether a signal would be heard, as far as is known. */
    boolean isHeard(String lock) {
        return waits.containsKey(lock) && !deaf.contains(lock);
    }

    /** Nobody waits any more. Completes when no signal can be taken any more, and those that were are back. */
    CompletableFuture<Void> close() {
        closed = true;
        if (waits.isEmpty()) {
            over.complete(null);
        }
        waits.keySet().forEach(this::wake);
        return over;
    }

    private void await(String lock) {
        Failure.or(() -> runner.pop(List.of(signal(lock), own(lock)), WAIT_MILLIS))
                .whenComplete((from, failure) -> {
                    if (failure == null) {
                        heard(lock, from);
                    } else {
                        failed(lock, Failure.of(failure));
                    }
                });
    }

    private void heard(String lock, Optional<String> from) {
        Backoff backoff = waits.get(lock);
        if (backoff != null) {
            backoff.reset();
        }
        if (deaf.remove(lock)) {
            log.info("Signals of lock '{}' are heard again", lock);
        }
        boolean isSignal = from.filter(signal(lock)::equals).isPresent();
        if (isSignal && (closed || !tell.test(lock))) {
            offer(lock).whenComplete((back, failure) -> goOn(lock));
        } else {
            goOn(lock);
        }
    }

    private void failed(String lock, StoreException failure) {
        if (deaf.add(lock) && !closed) {
            log.warn(
                    "Signals of lock '{}' are not heard: {}. It is asked for from time to time",
                    lock,
                    failure.getMessage());
        }
        if (failure.effect() == Effect.UNKNOWN) {
            offer(lock);
        }
        Backoff backoff = waits.get(lock);
        if (closed || backoff == null) {
            goOn(lock);
        } else {
            time.schedule(backoff.nextNanos(), () -> goOn(lock));
        }
    }

    private void goOn(String lock) {
        if (!closed && !lines.isEmpty(lock)) {
            await(lock);
            return;
        }
        deaf.remove(lock);
        waits.remove(lock);
        if (closed && waits.isEmpty()) {
            over.complete(null);
        } else if (!lines.isEmpty(lock)) {
            // It has come meanwhile, and has found the wait that was about to end.
            wanted(lock);
        }
    }

    /** Completes when it is known to be back, or was tried for a while; never fails. */
    private CompletableFuture<?> offer(String lock) {
        return new Retry<>(
                        time,
                        OFFER_PAUSES,
                        commandTimeoutNanos,
                        OFFER_FOR,
                        true,
                        () -> runner.run(
                                Script.INTEROP_OFFER, List.of(layout.key(lock), signal(lock)), List.of(SIGNAL_MILLIS)))
                .start()
                .inTime();
    }

    /** If that is not heard, the wait ends by its time. */
    private void wake(String lock) {
        Failure.or(() -> runner.run(Script.INTEROP_WAKE, List.of(own(lock)), List.of(SIGNAL_MILLIS)))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.debug("A wait for signals of lock '{}' goes on for a while", lock, failure);
                    }
                });
    }

    private String signal(String lock) {
        return layout.signal(lock).orElseThrow();
    }

    /** The list that only this client waits on; in a Cluster it is where the signals are. */
    private String own(String lock) {
        return signal(lock) + ":" + clientId;
    }
}
