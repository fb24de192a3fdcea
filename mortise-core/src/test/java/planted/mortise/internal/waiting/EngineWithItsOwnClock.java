package planted.mortise.internal.waiting;

import planted.mortise.internal.lease.LeaseThatKnowsWaiting;

public class EngineWithItsOwnClock {
    long now(LeaseThatKnowsWaiting lease) {
        return System.nanoTime() + lease.hashCode();
    }
}
