package planted.mortise.internal.lease;

import planted.mortise.internal.waiting.EngineWithItsOwnClock;

public interface LeaseThatKnowsWaiting {
    EngineWithItsOwnClock engine();
}
