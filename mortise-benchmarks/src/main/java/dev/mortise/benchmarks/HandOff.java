package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Board;
import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.Passes;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.measure.SecondJvm;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.testkit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** P5, P6: how fast does a lock get from one JVM to another that waits for it? */
final class HandOff implements Question {
    static final String CYCLES = "cycles/s";
    static final String P50 = "hand-off p50 us";
    private static final long HELD = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(5);

    /** How long requests are counted, ns. */
    private static final long COUNTED = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Path file = Files.createTempFile("mortise-board", "");
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                SecondJvm other = SecondJvm.start(server.uri(), file);
                Rivals rivals = new Rivals(server.uri(), RivalLease.USUAL, List.of(Contender.values()))) {
            for (Contender contender : rivals.inOrderOf(0)) {
                other.ask("open " + contender.name() + " " + RivalLease.USUAL.millis() + " true");
            }
            Table table = new Table(server, meter, other, rivals, Board.open(file));
            for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                for (Contender contender : rivals.inOrderOf(round)) {
                    Samples samples = round < 0 ? new Samples() : rivals.samples(contender);
                    table.hot(contender, scale.window().toNanos(), samples);
                    table.held(contender, scale.window().toNanos(), samples);
                    progress.accept("round " + round + ": " + contender);
                }
            }
            Answer answer = new Answer(
                    "handoff",
                    "Two JVMs with one thread each want one lock. Cycles and counts: they hold it for no time. Hand-off:"
                            + " they hold it for 0.5 ms, so that the other one waits; from the call of release in one JVM"
                            + " to the return of acquire in the other.",
                    rivals.rows(),
                    List.of());
            return answer.with(
                    Goal.atMost(
                            "P5",
                            "hand-off p50 against Redisson's",
                            answer.ratio(P50, Contender.MORTISE, Contender.REDISSON),
                            0.6),
                    Goal.atLeast(
                            "P5",
                            "cycles/s against Redisson's fair lock, a client each",
                            answer.ratio(CYCLES, Contender.MORTISE, Contender.REDISSON_FAIR),
                            1.5));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private record Table(RedisProcess server, Meter meter, SecondJvm other, Rivals rivals, Board board) {
        void hot(Contender contender, long nanos, Samples samples) throws Exception {
            meter.begin();
            Both both = run(contender, nanos, 0);
            Meter.Cost cost = meter.end();
            samples.add(CYCLES, both.cycles() * 1e9 / nanos)
                    .add("fewer/more cycles of the two", both.fairness())
                    .add("bytes/cycle", cost.bytes() / both.cycles())
                    .add("commands/cycle", cost.commands() / both.cycles());
            long[] cycles = new long[1];
            RequestCount count = RequestCount.during(
                    server,
                    () -> cycles[0] =
                            run(contender, Math.min(nanos, COUNTED), 0).cycles());
            samples.add("requests/cycle", (double) count.requests() / cycles[0]);
        }

        void held(Contender contender, long nanos, Samples samples) throws Exception {
            Both both = run(contender, nanos, HELD);
            both.mine.handOffs().add(both.theirs.handOffs());
            if (both.mine.handOffs().count() > 0) {
                samples.add(P50, both.mine.handOffs().percentile(50))
                        .add("hand-off p99 us", both.mine.handOffs().percentile(99));
            }
            samples.add("hand-offs/cycle", (double) both.mine.handOffs().count() / both.cycles());
        }

        private Both run(Contender contender, long nanos, long held) throws IOException, InterruptedException {
            board.clear();
            String name = "handoff-" + contender.name();
            long begin = System.nanoTime() + LEAD;
            other.send("pass " + contender.name() + " " + name + " 2 " + begin + " " + (begin + nanos) + " " + held);
            Passes mine = Passes.run(rivals.rival(contender).lock(name), board, 1, begin, begin + nanos, held);
            Both both = new Both(mine, Passes.decode(other.read()));
            if (both.violations() > 0 || board.count() != both.cycles()) {
                throw new IllegalStateException(contender + " does not exclude: " + both.violations()
                        + " entries while held, " + (both.cycles() - board.count()) + " lost updates");
            }
            return both;
        }
    }

    private record Both(Passes mine, Passes theirs) {
        long cycles() {
            return mine.cycles() + theirs.cycles();
        }

        long violations() {
            return mine.violations() + theirs.violations();
        }

        double fairness() {
            return (double) Math.min(mine.cycles(), theirs.cycles()) / Math.max(mine.cycles(), theirs.cycles());
        }
    }
}
