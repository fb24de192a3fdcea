package planted.mortise.interop;

import planted.mortise.internal.acquire.EngineWithItsOwnClock;

interface BridgeThatKnowsTheEngine {
    EngineWithItsOwnClock engine();
}
