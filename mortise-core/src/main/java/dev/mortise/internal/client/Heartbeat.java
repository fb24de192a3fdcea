package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the server every 10 s that this client lives and who it is, and sees whether it answers; believed for three times that. */
final class Heartbeat {
    /*
     * Overview. A beat that gets no answer is followed by the next one a second later, so that it is soon known when the server
     * can be reached again. Otherwise three fit into the time that one is believed. If the process dies, the server forgets it after that time. Nothing depends on it but what
     * people read: leases and waits have times of their own.
     */
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    /** Between two beats, ns. */
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

    /** Before the next beat when one got no answer, ns. */
    private static final long AGAIN = TimeUnit.SECONDS.toNanos(1);

    /** How long a beat is believed. */
    private static final long TTL_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final LockStore store;
    private final Time time;
    private final ClientRecord self;
    private final Contact contact;

    /** The beat that was sent last; replaced by each. */
    private volatile CompletableFuture<Void> latest = CompletableFuture.completedFuture(null);

    /** Whether a beat is due because the one before got no answer. */
    private final AtomicBoolean asksAgain = new AtomicBoolean();

    /** Once true stays true. */
    private volatile boolean stopped;

    /** @param contact hears what came of each beat */
    Heartbeat(LockStore store, Time time, ClientRecord self, Contact contact) {
        this.store = store;
        this.time = time;
        this.self = self;
        this.contact = contact;
    }

    /** Sends one and sets the timer for the next; never blocks. Does nothing after {@link #stop()}. */
    void beat() {
        if (stopped) {
            return;
        }
        time.schedule(PERIOD, this::beat);
        ask();
    }

    private void ask() {
        long sentAt = time.nanos();
        latest = Failure.or(() -> store.heartbeat(self, TTL_MILLIS));
        latest.whenComplete((done, failure) -> {
            if (failure == null) {
                contact.answered(sentAt);
            } else {
                log.debug("The heartbeat did not arrive", failure);
                contact.failed(failure);
                askAgain();
            }
        });
    }

    /** Until one is answered; one such row at a time. */
    private void askAgain() {
        if (asksAgain.compareAndSet(false, true)) {
            time.schedule(AGAIN, () -> {
                asksAgain.set(false);
                if (!stopped) {
                    ask();
                }
            });
        }
    }

    /** No further beat is sent. One that is under way may still arrive. */
    void stop() {
        stopped = true;
    }

    /** After {@link #stop()}: takes the heartbeat back, behind the last one, which goes another way and could be later. */
    CompletableFuture<Void> farewell() {
        return latest.handle((done, failure) -> null).thenCompose(beaten -> store.farewell(self.id()));
    }
}
