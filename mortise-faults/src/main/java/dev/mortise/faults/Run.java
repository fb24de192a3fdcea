package dev.mortise.faults;

import dev.mortise.faults.check.History;
import dev.mortise.faults.nemesis.Mishap;
import dev.mortise.faults.nemesis.Nemesis;
import dev.mortise.faults.nemesis.Scene;
import dev.mortise.faults.report.Summary;
import dev.mortise.faults.traffic.Crew;
import dev.mortise.faults.traffic.Plan;
import dev.mortise.testkit.Persistence;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.proxy.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One run on a server of its own: workers behind a proxy, faults, and what is found afterwards.
 *
 * @param mishaps which kinds
 */
record Run(long seed, Duration time, int workers, Duration lease, List<Mishap> mishaps) {
    /** Blocks for the time and some seconds. */
    Summary go(Consumer<String> progress) throws IOException, InterruptedException {
        Instant date = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
        SplittableRandom random = new SplittableRandom(seed);
        Path counters = Files.createTempFile("mortise-counters", "");
        try (RedisProcess server = RedisProcess.builder()
                        .persistence(Persistence.AOF_ALWAYS)
                        .start();
                FaultProxy proxy = FaultProxy.to(server);
                Crew crew = new Crew(
                        new Plan(proxy.uri(), server.port(), lease, counters.toString()), workers, random.split())) {
            Nemesis nemesis = new Nemesis(new Scene(server, proxy, crew, lease, random.split()), mishaps, progress);
            nemesis.strikeFor(time);
            crew.finish();
            List<String> left = crew.keysLeft(server);
            History history = new History(
                    crew.holds(),
                    crew.misses(),
                    crew.register(server),
                    nemesis.spans(),
                    crew.lives(),
                    crew.counted(),
                    crew.counters(),
                    left,
                    lease.toNanos());
            return Summary.of(date.toString(), seed, time.toSeconds(), workers, history, crew.disorders());
        } finally {
            Files.deleteIfExists(counters);
        }
    }
}
