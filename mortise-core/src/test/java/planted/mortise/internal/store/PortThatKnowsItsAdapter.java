package planted.mortise.internal.store;

import planted.mortise.internal.lettuce.Adapter;

interface PortThatKnowsItsAdapter {
    Adapter adapter();
}
