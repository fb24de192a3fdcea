package dev.mortise.internal.waiting;

import dev.mortise.internal.lease.Home;
import dev.mortise.internal.lease.Tenure;

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
        knocker.ask(0, false);
    }

    @Override
    public Tenure granted(Knocker knocker, ServerGrant grant) {
        return grant.tenure(home);
    }

    @Override
    public void queued(Knocker knocker) {}

    @Override
    public void unanswered(Knocker knocker) {}

    @Override
    public void left(Knocker knocker, long ticket, boolean withoutAnswer) {}

    @Override
    public long place(Knocker knocker) {
        return 0;
    }
}
