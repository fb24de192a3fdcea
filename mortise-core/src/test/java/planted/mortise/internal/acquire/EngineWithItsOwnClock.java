package planted.mortise.internal.acquire;

import planted.mortise.internal.lease.LeaseThatKnowsAcquire;

public class EngineWithItsOwnClock {
    long now(LeaseThatKnowsAcquire lease) {
        return System.nanoTime() + lease.hashCode();
    }
}
