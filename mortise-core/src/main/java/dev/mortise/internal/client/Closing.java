package dev.mortise.internal.client;

import dev.mortise.LeaseLoss.Cause;
import dev.mortise.internal.gate.Gates;
import dev.mortise.internal.lease.HeldLease;
import dev.mortise.internal.lease.Keeper;
import dev.mortise.internal.lease.Releaser;
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
    private final Releaser releaser;
    private final Waits waits;
    private final Gates gates;
    private final Heartbeat heartbeat;
    private final long patience;

    Closing(Time time, Keeper keeper, Releaser releaser, Waits waits, Gates gates, Heartbeat heartbeat, long patience) {
        this.time = time;
        this.keeper = keeper;
        this.releaser = releaser;
        this.waits = waits;
        this.gates = gates;
        this.heartbeat = heartbeat;
        this.patience = patience;
    }

    /**
     * @param begun when every acquire that will ever be is known
     * @param more what ends as well, and completes when it has
     */
    void run(CompletableFuture<?> begun, List<? extends CompletableFuture<?>> more) {
        heartbeat.stop();
        await(begun);
        List<CompletableFuture<?>> ends = new ArrayList<>(more);
        for (Acquisition waiter : waits.all()) {
            ends.add(waiter.result());
            evenIfOneFails(() -> waiter.leave(Departure.CLOSED));
        }
        for (HeldLease lease : keeper.all()) {
            evenIfOneFails(() -> ends.add(keeper.lose(lease, Cause.CLIENT_CLOSED, "its client was closed")));
        }
        ends.addAll(gates.close());
        ends.addAll(releaser.underWay());
        if (!await(CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new)))) {
            log.warn("The server did not acknowledge the end of {} waits and leases in time", ends.size());
        }
        await(heartbeat.farewell());
    }

    private static void evenIfOneFails(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException | Error e) {
            log.error("The end of a wait or lease failed; please report this", e);
        }
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
