package planted.mortise.internal.lease;

import planted.mortise.internal.acquire.EngineWithItsOwnClock;

public interface LeaseThatKnowsAcquire {
    EngineWithItsOwnClock engine();
}
