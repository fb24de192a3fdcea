package planted.mortise;

import planted.mortise.internal.waiting.EngineWithItsOwnClock;

interface ApiThatKnowsTheEngine {
    EngineWithItsOwnClock engine();
}
