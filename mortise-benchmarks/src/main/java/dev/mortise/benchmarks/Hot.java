package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Board;
import dev.mortise.benchmarks.measure.Crowd;
import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** P3: how much do threads of one JVM get through that all want one lock? */
final class Hot implements Question {
    static final List<Contender> CONTENDERS = List.of(
            Contender.MORTISE, Contender.REDISSON, Contender.REDISSON_FAIR, Contender.SPRING, Contender.LETTUCE);
    static final List<Integer> THREADS = List.of(2, 8, 64);
    static final String CYCLES = "cycles/s";
    private static final String FAIRNESS = "slowest/fastest thread";
    private static final String P50 = "wait p50 us";
    private static final String P99 = "wait p99 us";
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long requests are counted, ns. */
    private static final long COUNTED = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Rows rows = new Rows(CONTENDERS, THREADS.stream().map(OwnLocks::setting).toList());
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                Rivals rivals = new Rivals(server.uri(), RivalLease.USUAL, CONTENDERS)) {
            for (int threads : THREADS) {
                for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                    for (Contender contender : rivals.inOrderOf(round)) {
                        Samples samples = rows.of(contender, OwnLocks.setting(threads), round);
                        long nanos = scale.window().toNanos();
                        window(rivals, contender, threads, nanos, meter, samples);
                        count(rivals, contender, threads, Math.min(nanos, COUNTED), server, samples);
                        progress.accept("round " + round + ": " + contender + ", " + OwnLocks.setting(threads));
                    }
                }
            }
        }
        Answer answer = new Answer(
                "hot",
                "Threads of one JVM, one client, one lock; they hold it for no time. Waits are those for every entry,"
                        + " from the call of acquire. Requests are counted apart.",
                rows.rows(),
                List.of());
        List<Goal> targets = new ArrayList<>();
        for (int threads : List.of(8, 64)) {
            String setting = OwnLocks.setting(threads);
            String mortise = Rows.name(Contender.MORTISE, setting);
            String redisson = Rows.name(Contender.REDISSON, setting);
            targets.add(Goal.atLeast(
                    "P3", "cycles/s against Redisson, " + setting, answer.ratio(CYCLES, mortise, redisson), 40));
            targets.add(Goal.atLeast(
                    "P3",
                    FAIRNESS + ", " + setting,
                    answer.row(mortise).value(FAIRNESS).median(),
                    0.9));
            targets.add(Goal.atMost(
                    "P3",
                    "wait p99 over Redisson's p50, " + setting,
                    answer.row(mortise).value(P99).median()
                            / answer.row(redisson).value(P50).median(),
                    1));
        }
        return answer.with(targets.toArray(Goal[]::new));
    }

    private static void window(
            Rivals rivals, Contender contender, int threads, long nanos, Meter meter, Samples samples)
            throws InterruptedException {
        meter.begin();
        Crowd crowd = crowd(rivals, contender, threads, nanos);
        Meter.Cost cost = meter.end();
        double entries = crowd.entries();
        samples.add(CYCLES, crowd.rate(nanos))
                .add(FAIRNESS, crowd.fairness())
                .add(P50, crowd.waits().percentile(50))
                .add(P99, crowd.waits().percentile(99))
                .add("commands/cycle", cost.commands() / entries)
                .add("bytes/cycle", cost.bytes() / entries)
                .add("client CPU us/cycle", cost.clientMicros() / entries);
    }

    private static void count(
            Rivals rivals, Contender contender, int threads, long nanos, RedisProcess server, Samples samples)
            throws Exception {
        long[] entries = new long[1];
        RequestCount count = RequestCount.during(
                server,
                () -> entries[0] = crowd(rivals, contender, threads, nanos).entries());
        samples.add("requests/cycle", (double) count.requests() / entries[0]);
    }

    private static Crowd crowd(Rivals rivals, Contender contender, int threads, long nanos)
            throws InterruptedException {
        Board board = Board.ofOneJvm();
        List<Crowd.Post> posts = IntStream.rangeClosed(1, threads)
                .mapToObj(me -> new Crowd.Post(rivals.rival(contender).lock("hot-" + contender.name()), board, me))
                .toList();
        long begin = System.nanoTime() + LEAD;
        Crowd crowd = Crowd.run(posts, begin, begin + nanos);
        crowd.check(contender, board.count());
        return crowd;
    }
}
