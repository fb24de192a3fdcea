package planted.mortise;

import planted.mortise.internal.acquire.EngineWithItsOwnClock;

interface ApiThatKnowsTheEngine {
    EngineWithItsOwnClock engine();
}
