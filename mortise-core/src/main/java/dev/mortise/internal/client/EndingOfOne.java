package dev.mortise.internal.client;

import dev.mortise.internal.waiting.Acquisition;
import dev.mortise.internal.waiting.Departure;
import dev.mortise.internal.waiting.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * How the acquire of one lock ends.
 *
 * @param asksOnce whether it has no time of its own, but that of an answer
 * @param keepsGrant whether a grant that crosses with an interrupt is kept
 */
record EndingOfOne(Acquisition acquisition, boolean asksOnce, boolean keepsGrant)
        implements CallersWait.Ending<Outcome> {
    @Override
    public void timeIsUp() {
        if (!asksOnce) {
            acquisition.timeIsUp();
        }
    }

    @Override
    public void leave() {
        acquisition.leave(Departure.CANCELLED);
    }

    @Override
    public void abandon() {
        acquisition.abandon();
    }

    @Override
    public boolean keeps(Outcome outcome) {
        return keepsGrant && outcome instanceof Outcome.Granted;
    }

    @Override
    public CompletableFuture<?> giveBack(Outcome outcome) {
        return outcome instanceof Outcome.Granted granted
                ? granted.lease().startRelease()
                : CompletableFuture.completedFuture("");
    }
}
