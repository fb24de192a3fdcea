package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Board;
import dev.mortise.benchmarks.measure.Crowd;
import dev.mortise.benchmarks.measure.Meter;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** P4: how much do threads of several JVMs get through that all want one lock, and does each get its share? */
final class HotJvms implements Question {
    static final List<Integer> THREADS = List.of(4, 32);
    static final int JVMS = 4;
    private static final String SLOWEST = "cycles of the slowest thread";
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long requests are counted, ns. */
    private static final long COUNTED = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Rows rows =
                new Rows(Hot.CONTENDERS, THREADS.stream().map(HotJvms::setting).toList());
        Path file = Files.createTempFile("mortise-board", "");
        List<SecondJvm> jvms = new ArrayList<>();
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server)) {
            for (int i = 0; i < JVMS; i++) {
                jvms.add(SecondJvm.start(server.uri(), file));
            }
            for (Contender contender : Hot.CONTENDERS) {
                askAll(jvms, "open " + contender.name() + " " + RivalLease.USUAL.millis() + " true");
            }
            Run run = new Run(server, meter, jvms, Board.open(file));
            for (int threads : THREADS) {
                for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                    for (Contender contender : inOrderOf(round)) {
                        Samples samples = rows.of(contender, setting(threads), round);
                        run.window(contender, threads, scale.window().toNanos(), samples);
                        progress.accept("round " + round + ": " + contender + ", " + setting(threads));
                    }
                }
            }
        } finally {
            jvms.forEach(SecondJvm::close);
            Files.deleteIfExists(file);
        }
        Answer answer = new Answer(
                "hotjvms",
                JVMS
                        + " JVMs with a client each, one lock; the threads hold it for no time. Requests are counted apart.",
                rows.rows(),
                List.of());
        return answer.with(targets(answer).toArray(Goal[]::new));
    }

    private static List<Goal> targets(Answer answer) {
        List<Goal> targets = new ArrayList<>();
        for (int threads : THREADS) {
            String setting = setting(threads);
            String mortise = Rows.name(Contender.MORTISE, setting);
            targets.add(Goal.atLeast(
                    "P4",
                    "cycles/s against Redisson, " + setting,
                    answer.ratio(Hot.CYCLES, mortise, Rows.name(Contender.REDISSON, setting)),
                    50));
            targets.add(Goal.atLeast(
                    "P4",
                    SLOWEST + ", the least of all rounds, " + setting,
                    answer.row(mortise).value(SLOWEST).min(),
                    1));
        }
        return targets;
    }

    private static String setting(int threads) {
        return JVMS + " JVMs x " + threads + " threads";
    }

    private static List<Contender> inOrderOf(int round) {
        List<Contender> order = new ArrayList<>(Hot.CONTENDERS);
        Collections.rotate(order, -round);
        return order;
    }

    private static List<String> askAll(List<SecondJvm> jvms, String line) throws IOException {
        for (SecondJvm jvm : jvms) {
            jvm.send(line);
        }
        List<String> answers = new ArrayList<>();
        for (SecondJvm jvm : jvms) {
            answers.add(jvm.read());
        }
        return answers;
    }

    private record Run(RedisProcess server, Meter meter, List<SecondJvm> jvms, Board board) {
        void window(Contender contender, int threads, long nanos, Samples samples) throws Exception {
            meter.begin();
            List<Crowd> each = crowds(contender, threads, nanos);
            Meter.Cost cost = meter.end();
            Crowd all = sum(each);
            double entries = all.entries();
            samples.add(Hot.CYCLES, all.rate(nanos))
                    .add(
                            "slowest/fastest JVM",
                            Crowd.fairness(each.stream().map(Crowd::sum).toList()))
                    .add("slowest/fastest thread", all.fairness())
                    .add(SLOWEST, (double) all.slowest())
                    .add("wait p50 us", all.waits().percentile(50))
                    .add("wait p99 us", all.waits().percentile(99))
                    .add("commands/cycle", cost.commands() / entries)
                    .add("bytes/cycle", cost.bytes() / entries);
            long[] counted = new long[1];
            RequestCount count = RequestCount.during(
                    server,
                    () -> counted[0] = sum(crowds(contender, threads, Math.min(nanos, COUNTED)))
                            .entries());
            samples.add("requests/cycle", (double) count.requests() / counted[0]);
        }

        /** One a JVM. */
        private List<Crowd> crowds(Contender contender, int threads, long nanos) throws IOException {
            board.clear();
            long begin = System.nanoTime() + LEAD;
            int first = 1;
            for (SecondJvm jvm : jvms) {
                jvm.send("crowd " + contender.name() + " hot-" + contender.name() + " " + first + " " + threads + " "
                        + begin + " " + (begin + nanos));
                first += threads;
            }
            List<Crowd> crowds = new ArrayList<>();
            for (SecondJvm jvm : jvms) {
                crowds.add(Crowd.decode(jvm.read()));
            }
            sum(crowds).check(contender, board.count());
            return crowds;
        }

        private static Crowd sum(List<Crowd> crowds) {
            return crowds.stream().reduce(Crowd::plus).orElseThrow();
        }
    }
}
