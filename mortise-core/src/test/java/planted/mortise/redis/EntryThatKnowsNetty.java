package planted.mortise.redis;

import io.netty.util.Timer;

interface EntryThatKnowsNetty {
    Timer timer();
}
