package dev.mortise.cli.admin;

import dev.mortise.LockProvider;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

class QuorumCommandsTest extends AdminCommands {
    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    /** Three servers and many locks at once, on a machine that has other things to do. */
    private static final Duration PATIENT = Duration.ofMillis(1_250);

    @Override
    LockProvider connect() {
        QuorumBuilder builder = RedisMortise.quorumBuilder().nodeTimeout(PATIENT);
        masters.uris().forEach(builder::node);
        return builder.build();
    }

    @Override
    List<String> where() {
        return Stream.concat(
                        Stream.of("--quorum", "--command-timeout", PATIENT.toString()),
                        masters.uris().stream().flatMap(uri -> Stream.of("--redis", uri)))
                .toList();
    }
}
