package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Tenure;
import dev.mortise.internal.store.StoreException;
import org.jspecify.annotations.Nullable;

/** No gate: each asks the server for itself. */
public final class OpenPassage implements Passage, Passage.Door {
    private final Home home;

    /** @param home of every tenure */
    public OpenPassage(Home home) {
        this.home = home;
    }

    @Override
    public void knock(Knocker knocker) {
        knocker.standsAt(this);
        knocker.ask(0, false, null);
    }

    @Override
    public Tenure granted(Knocker knocker, ServerGrant grant) {
        return grant.tenure(home);
    }

    @Override
    public void queued(Knocker knocker) {}

    @Override
    public void unanswered(Knocker knocker, StoreException failure, boolean outlasts) {}

    @Override
    public void left(Knocker knocker, long ticket, @Nullable StoreException failure) {}

    /** Nobody waits here for what others are answered. */
    @Override
    public Tidings tidings(Knocker knocker, long since) {
        return new Tidings(true, null);
    }

    @Override
    public long place(Knocker knocker) {
        return 0;
    }
}
