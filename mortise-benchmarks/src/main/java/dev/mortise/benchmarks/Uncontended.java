package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Latencies;
import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import dev.mortise.testkit.RedisProcess;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** P1, P7: what do acquire and release cost when nobody else wants the lock? */
final class Uncontended implements Question {
    static final String CYCLES = "cycles/s";
    static final String REQUESTS = "requests/cycle";
    static final String COMMANDS = "commands/cycle";
    private static final int COUNTED = 100;

    /** How many hold the lock. */
    private final AtomicInteger inside = new AtomicInteger();

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                Rivals rivals = new Rivals(server.uri(), RivalLease.USUAL, List.of(Contender.values()))) {
            for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                for (Contender contender : rivals.inOrderOf(round)) {
                    RivalLock lock = rivals.rival(contender).lock("uncontended-" + contender.name());
                    Samples samples = round < 0 ? new Samples() : rivals.samples(contender);
                    double rate = window(lock, scale.window().toNanos(), meter, samples);
                    count(server, lock, samples);
                    progress.accept(String.format("round %d: %s %.0f cycles/s", round, contender, rate));
                }
            }
            Answer answer = new Answer(
                    "uncontended",
                    "One thread acquires and releases one lock. Requests and commands are counted apart, over "
                            + COUNTED + " cycles.",
                    rivals.rows(),
                    List.of());
            return answer.with(
                    Goal.atLeast(
                            "P1",
                            "cycles/s against Redisson's lock with a token",
                            answer.ratio(CYCLES, Contender.MORTISE, Contender.REDISSON_FENCED),
                            1.25),
                    Goal.atLeast(
                            "P1",
                            "cycles/s against Redisson's plain lock",
                            answer.ratio(CYCLES, Contender.MORTISE, Contender.REDISSON),
                            1.25),
                    Goal.atLeast(
                            "P1",
                            "cycles/s against naive Lettuce",
                            answer.ratio(CYCLES, Contender.MORTISE, Contender.LETTUCE),
                            0.85),
                    Goal.atMost(
                            "P7",
                            REQUESTS,
                            answer.row(Contender.MORTISE).value(REQUESTS).max(),
                            2),
                    Goal.atMost(
                            "P7",
                            COMMANDS,
                            answer.row(Contender.MORTISE).value(COMMANDS).max(),
                            9));
        }
    }

    private double window(RivalLock lock, long nanos, Meter meter, Samples samples) throws InterruptedException {
        Latencies latencies = new Latencies();
        meter.begin();
        long began = System.nanoTime();
        long before = began;
        while (before - began < nanos) {
            cycle(lock);
            long after = System.nanoTime();
            latencies.record(after - before);
            before = after;
        }
        Meter.Cost cost = meter.end();
        double cycles = latencies.count();
        double rate = cycles * 1e9 / (before - began);
        samples.add(CYCLES, rate)
                .add("p50 us", latencies.percentile(50))
                .add("p99 us", latencies.percentile(99))
                .add("bytes/cycle", cost.bytes() / cycles)
                .add("client CPU us/cycle", cost.clientMicros() / cycles)
                .add("server CPU us/cycle", cost.serverMicros() / cycles);
        return rate;
    }

    private void count(RedisProcess server, RivalLock lock, Samples samples) throws Exception {
        RequestCount count = RequestCount.during(server, () -> {
            for (int i = 0; i < COUNTED; i++) {
                cycle(lock);
            }
        });
        samples.add(REQUESTS, (double) count.requests() / COUNTED).add(COMMANDS, (double) count.commands() / COUNTED);
    }

    private void cycle(RivalLock lock) throws InterruptedException {
        lock.acquire();
        if (inside.incrementAndGet() != 1) {
            throw new IllegalStateException("held twice");
        }
        inside.decrementAndGet();
        lock.release();
    }
}
