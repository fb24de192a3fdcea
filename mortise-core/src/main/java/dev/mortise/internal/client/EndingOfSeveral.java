package dev.mortise.internal.client;

import dev.mortise.internal.many.JoinedLease;
import dev.mortise.internal.many.Joining;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** How the acquire of several locks ends. Each of them keeps the time of its part; all are given up a while later. */
record EndingOfSeveral(Joining joining) implements CallersWait.Ending<Optional<JoinedLease>> {
    @Override
    public void timeIsUp() {}

    @Override
    public void leave() {
        joining.leave();
    }

    @Override
    public void abandon() {
        joining.abandon();
    }

    @Override
    public CompletableFuture<?> giveBack(Optional<JoinedLease> outcome) {
        return outcome.isPresent() ? outcome.get().startRelease() : CompletableFuture.completedFuture("");
    }
}
