package planted.mortise.internal.lease;

import io.lettuce.core.RedisClient;

interface EngineThatKnowsLettuce {
    RedisClient client();
}
