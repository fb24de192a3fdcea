package dev.mortise.internal.client;

import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.LockStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the server every 10 s that this client lives and who it is; believed for three times that. */
final class Heartbeat {
    /*
     * Overview. A beat that gets no answer is not repeated: the next one comes soon enough, and three fit into the time
     * that one is believed. If the process dies, the server forgets it after that time. Nothing depends on it but what
     * people read: leases and waits have times of their own.
     */
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    /** Between two beats, ns. */
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(10);

    /** How long a beat is believed. */
    private static final long TTL_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final LockStore store;
    private final Time time;
    private final ClientRecord self;

    /** The beat that was sent last; replaced by each. */
    private volatile CompletableFuture<Void> latest = CompletableFuture.completedFuture(null);

    /** Once true stays true. */
    private volatile boolean stopped;

    Heartbeat(LockStore store, Time time, ClientRecord self) {
        this.store = store;
        this.time = time;
        this.self = self;
    }

    /** Sends one and sets the timer for the next; never blocks. Does nothing after {@link #stop()}. */
    void beat() {
        if (stopped) {
            return;
        }
        latest = Failure.or(() -> store.heartbeat(self, TTL_MILLIS));
        latest.whenComplete((done, failure) -> {
            if (failure != null) {
                log.debug("The heartbeat did not arrive", failure);
            }
        });
        time.schedule(PERIOD, this::beat);
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
