package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Board;
import dev.mortise.benchmarks.measure.Crowd;
import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.testkit.RedisProcess;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** P2: how much do many threads of one JVM get through, each with a lock of its own? */
final class OwnLocks implements Question {
    static final List<Contender> CONTENDERS =
            List.of(Contender.MORTISE, Contender.REDISSON, Contender.SPRING, Contender.LETTUCE);
    static final List<Integer> THREADS = List.of(1, 16, 64);
    static final String CYCLES = "cycles/s";
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Rows rows = new Rows(CONTENDERS, THREADS.stream().map(OwnLocks::setting).toList());
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                Rivals rivals = new Rivals(server.uri(), RivalLease.USUAL, CONTENDERS)) {
            for (int threads : THREADS) {
                for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                    for (Contender contender : rivals.inOrderOf(round)) {
                        Samples samples = rows.of(contender, setting(threads), round);
                        window(rivals, contender, threads, scale.window().toNanos(), meter, samples);
                        progress.accept("round " + round + ": " + contender + ", " + setting(threads));
                    }
                }
            }
        }
        Answer answer = new Answer(
                "ownlocks",
                "Threads of one JVM, one client, a lock each; they hold it for no time.",
                rows.rows(),
                List.of());
        return answer.with(
                against(answer, "P1", Contender.REDISSON, 1, 1.25),
                against(answer, "P2", Contender.REDISSON, 64, 3),
                against(answer, "P2", Contender.SPRING, 64, 1),
                against(answer, "P2", Contender.LETTUCE, 64, 0.8));
    }

    static String setting(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    private static Goal against(Answer answer, String id, Contender other, int threads, double floor) {
        String setting = setting(threads);
        return Goal.atLeast(
                id,
                CYCLES + " against " + other + ", " + setting,
                answer.ratio(CYCLES, Rows.name(Contender.MORTISE, setting), Rows.name(other, setting)),
                floor);
    }

    private static void window(
            Rivals rivals, Contender contender, int threads, long nanos, Meter meter, Samples samples)
            throws InterruptedException {
        List<Crowd.Post> posts = IntStream.rangeClosed(1, threads)
                .mapToObj(me -> new Crowd.Post(
                        rivals.rival(contender).lock("own-" + contender.name() + "-" + me), Board.ofOneJvm(), me))
                .toList();
        meter.begin();
        long begin = System.nanoTime() + LEAD;
        Crowd crowd = Crowd.run(posts, begin, begin + nanos);
        Meter.Cost cost = meter.end();
        crowd.check(
                contender,
                posts.stream().mapToLong(post -> post.board().count()).sum());
        double entries = crowd.entries();
        samples.add(CYCLES, crowd.rate(nanos))
                .add("slowest/fastest thread", crowd.fairness())
                .add("p50 us", crowd.waits().percentile(50))
                .add("p99 us", crowd.waits().percentile(99))
                .add("reads by the server/cycle", cost.reads() / entries)
                .add("bytes/cycle", cost.bytes() / entries)
                .add("client CPU us/cycle", cost.clientMicros() / entries)
                .add("server CPU us/cycle", cost.serverMicros() / entries);
    }
}
