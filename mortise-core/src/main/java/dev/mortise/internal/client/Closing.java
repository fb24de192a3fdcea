package dev.mortise.internal.client;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.Uninterruptibly;
import dev.mortise.internal.time.Time;
import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a client: waits withdrawn, leases released, heartbeat taken back; bounded, whatever the server does. */
final class Closing {
    private static final Logger log = LoggerFactory.getLogger(Closing.class);

    private final Time time;
    private final Keeper keeper;
    private final Waits waits;
    private final Heartbeat heartbeat;
    private final long patience;

    Closing(Time time, Keeper keeper, Waits waits, Heartbeat heartbeat, long patience) {
        this.time = time;
        this.keeper = keeper;
        this.waits = waits;
        this.heartbeat = heartbeat;
        this.patience = patience;
    }

    /** @param more what ends as well, and completes when it has */
    void run(List<? extends CompletableFuture<?>> more) {
        heartbeat.stop();
        List<CompletableFuture<?>> ends = new ArrayList<>(more);
        for (Acquisition waiter : waits.all()) {
            waiter.leave(Departure.CLOSED);
            ends.add(waiter.result());
        }
        for (HeldLease lease : keeper.all()) {
            ends.add(keeper.lose(lease, Cause.CLIENT_CLOSED, "its client was closed"));
        }
        if (!await(CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)))) {
            log.warn("The server did not acknowledge the end of {} waits and leases in time", ends.size());
        }
        await(heartbeat.farewell());
    }

    /** Whether it was done in time. */
    private boolean await(CompletableFuture<?> done) {
        CompletableFuture<Boolean> inTime = done.handle((value, failure) -> {
            if (failure != null) {
                log.debug("Not acknowledged", failure);
            }
            return failure == null;
        });
        Time.Timer limit = time.schedule(patience, () -> inTime.complete(false));
        boolean acknowledged = Uninterruptibly.get(inTime);
        limit.cancel();
        return acknowledged;
    }
}
