package dev.mortise.tests.pools;

import dev.mortise.Mortise;
import dev.mortise.internal.client.QuorumClient;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import dev.mortise.tests.quorum.QuorumAsMortise;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

final class QuorumPoolTest extends PoolTests {
    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @Override
    Mortise open() {
        return new QuorumAsMortise(
                (QuorumClient) RedisMortise.quorum(masters.deployment().uris().toArray(String[]::new)));
    }

    @Override
    Stream<Way> ways() {
        return super.ways().filter(way -> !way.needsOneAuthority());
    }
}
