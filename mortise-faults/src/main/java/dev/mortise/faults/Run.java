package dev.mortise.faults;

import dev.mortise.faults.check.FaultSpan;
import dev.mortise.faults.check.History;
import dev.mortise.faults.check.Terms;
import dev.mortise.faults.nemesis.ClockWatch;
import dev.mortise.faults.nemesis.Mishap;
import dev.mortise.faults.nemesis.Nemesis;
import dev.mortise.faults.nemesis.Scene;
import dev.mortise.faults.place.Kind;
import dev.mortise.faults.place.ProxiedServers;
import dev.mortise.faults.report.Summary;
import dev.mortise.faults.traffic.WorkerPlan;
import dev.mortise.faults.traffic.Workers;
import dev.mortise.testkit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One run on servers of its own: workers behind proxies, faults, and what is found afterwards.
 *
 * @param localHandOff whether a worker hands locks on among its threads
 * @param mishaps which kinds
 */
record Run(
        Kind kind, boolean localHandOff, long seed, Duration time, int workers, Duration lease, List<Mishap> mishaps) {
    /** @param history all that was recorded */
    record Result(Summary summary, History history) {}

    /** Blocks for the time and some seconds. */
    Result go(Consumer<String> progress) throws IOException, InterruptedException {
        Instant date = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.SECONDS);
        SplittableRandom random = new SplittableRandom(seed);
        Path counters = Files.createTempFile("mortise-counters", "");
        try (ProxiedServers place = kind.start();
                RedisProcess registers = RedisProcess.start();
                ClockWatch clock = new ClockWatch();
                Workers crew = new Workers(
                        new WorkerPlan(kind, place.uris(), lease, localHandOff, registers.port(), counters.toString()),
                        workers,
                        random.split())) {
            Nemesis nemesis = new Nemesis(
                    new Scene(place, crew, lease, lease.plus(kind.deadWaiter(lease)), random.split()),
                    mishaps,
                    progress);
            nemesis.strikeFor(time);
            crew.finish();
            List<String> left = crew.keysLeft(place);
            List<FaultSpan> faults = new ArrayList<>(nemesis.spans());
            faults.addAll(clock.jumps());
            History history = new History(
                    crew.holds(),
                    crew.misses(),
                    crew.register(registers),
                    faults,
                    crew.lives(),
                    crew.counted(),
                    crew.counters(),
                    left,
                    new Terms(
                            lease.toNanos(),
                            kind.hasOrder(),
                            localHandOff && kind.hasOrder(),
                            kind.deadWaiter(lease).toNanos()));
            return new Result(
                    Summary.of(
                            date.toString(),
                            kind.toString(),
                            seed,
                            time.toSeconds(),
                            workers,
                            history,
                            crew.disorders()),
                    history);
        } finally {
            Files.deleteIfExists(counters);
        }
    }
}
