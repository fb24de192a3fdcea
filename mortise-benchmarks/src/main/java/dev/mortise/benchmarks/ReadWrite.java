package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.ReadWriteWatch;
import dev.mortise.benchmarks.measure.ReadersWriters;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.ReadWriteRival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** P10: how much do threads of one JVM get through that mostly read? */
final class ReadWrite implements Question {
    static final List<Contender> CONTENDERS = List.of(Contender.MORTISE, Contender.REDISSON);
    static final List<String> SETTINGS = List.of("empty", "1 ms");
    private static final String CYCLES = "cycles/s";
    private static final String WRITE_P99 = "write wait p99 ms";
    private static final int THREADS = 16;
    private static final long LEAD = TimeUnit.MILLISECONDS.toNanos(20);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Rows rows = new Rows(CONTENDERS, SETTINGS);
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                ReadWriteRival mortise = CONTENDERS.get(0).connectReadWrite(server.uri(), RivalLease.USUAL);
                ReadWriteRival redisson = CONTENDERS.get(1).connectReadWrite(server.uri(), RivalLease.USUAL)) {
            for (String setting : SETTINGS) {
                for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                    List<Contender> order = new ArrayList<>(CONTENDERS);
                    Collections.rotate(order, -round);
                    for (Contender contender : order) {
                        ReadWriteRival rival = contender == Contender.MORTISE ? mortise : redisson;
                        Samples samples = rows.of(contender, setting, round);
                        window(contender, rival, setting, scale.window().toNanos(), meter, samples);
                        progress.accept("round " + round + ": " + contender + ", " + setting);
                    }
                }
            }
        }
        Answer answer = new Answer(
                "readwrite",
                THREADS
                        + " threads of one JVM, one client, one lock: 90 % reads, 10 % writes, with nothing in the critical"
                        + " section or 1 ms.",
                rows.rows(),
                List.of());
        return answer.with(
                against(answer, SETTINGS.get(0), 20),
                against(answer, SETTINGS.get(1), 5),
                Goal.atMost(
                        "P10",
                        WRITE_P99 + ", " + SETTINGS.get(1),
                        answer.row(Rows.name(Contender.MORTISE, SETTINGS.get(1)))
                                .value(WRITE_P99)
                                .median(),
                        50));
    }

    private static Goal against(Answer answer, String setting, double floor) {
        return Goal.atLeast(
                "P10",
                CYCLES + " against Redisson, " + setting,
                answer.ratio(CYCLES, Rows.name(Contender.MORTISE, setting), Rows.name(Contender.REDISSON, setting)),
                floor);
    }

    private static void window(
            Contender contender, ReadWriteRival rival, String setting, long nanos, Meter meter, Samples samples)
            throws InterruptedException {
        long hold = setting.equals(SETTINGS.get(0)) ? 0 : TimeUnit.MILLISECONDS.toNanos(1);
        ReadWriteWatch watch = new ReadWriteWatch();
        meter.begin();
        long begin = System.nanoTime() + LEAD;
        ReadersWriters done = ReadersWriters.run(
                rival,
                "readwrite-" + contender.name(),
                watch,
                new ReadersWriters.Window(THREADS, hold, begin, begin + nanos));
        Meter.Cost cost = meter.end();
        watch.check(contender);
        double entries = done.entries();
        samples.add(CYCLES, done.rate(nanos))
                .add("read wait p50 us", done.reads().percentile(50))
                .add("write wait p50 ms", done.writes().percentile(50) / 1e3)
                .add(WRITE_P99, done.writes().percentile(99) / 1e3)
                .add("commands/cycle", cost.commands() / entries)
                .add("bytes/cycle", cost.bytes() / entries);
    }
}
