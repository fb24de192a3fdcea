package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** P8: what does it cost to keep many leases alive? */
final class RenewalCost implements Question {
    private static final List<Contender> CONTENDERS = List.of(Contender.MORTISE, Contender.REDISSON);
    private static final String REQUESTS = "requests/period";
    private static final String CPU = "client CPU ms/period";

    /** How many periods are measured at a time. */
    private static final int PERIODS = 3;

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        List<Samples> samples = List.of(new Samples(), new Samples());
        for (int round = 0; round < Math.max(1, scale.rounds() / 2); round++) {
            for (int i = 0; i < CONTENDERS.size(); i++) {
                measure(CONTENDERS.get(i), scale, samples.get(i));
                progress.accept("round " + round + ": " + CONTENDERS.get(i));
            }
        }
        Answer answer = new Answer(
                "renewal",
                "One client holds " + scale.leases() + " leases of "
                        + scale.renewedLease().toMillis()
                        + " ms, which are renewed every third of that; what it does without any lease is subtracted."
                        + " Requests are counted in periods of their own, heartbeats included.",
                List.of(samples.get(0).row(CONTENDERS.get(0)), samples.get(1).row(CONTENDERS.get(1))),
                List.of());
        return answer.with(
                Goal.atMost(
                        "P8",
                        REQUESTS,
                        answer.row(Contender.MORTISE).value(REQUESTS).median(),
                        20),
                Goal.atMost("P8", CPU, answer.row(Contender.MORTISE).value(CPU).median(), 20));
    }

    private static void measure(Contender contender, Scale scale, Samples samples) throws Exception {
        long period = scale.renewedLease().toMillis() / 3;
        try (RedisProcess server = RedisProcess.start();
                Meter meter = new Meter(server);
                Rival rival = contender.connect(server.uri(), new RivalLease(scale.renewedLease(), true))) {
            Meter.Cost nothing = during(meter, period * PERIODS);
            List<RivalLock> held = new ArrayList<>(scale.leases());
            for (int i = 0; i < scale.leases(); i++) {
                RivalLock lock = rival.lock("renewal-" + i);
                lock.acquire();
                held.add(lock);
            }
            // Until code is compiled, and leases are renewed in step.
            Thread.sleep(period * (1 + scale.warmups()));
            Meter.Cost cost = during(meter, period * PERIODS);
            RequestCount count = RequestCount.during(server, () -> Thread.sleep(period * PERIODS));
            samples.add(REQUESTS, (double) count.requests() / PERIODS)
                    .add(CPU, (cost.clientMicros() - nothing.clientMicros()) / 1000 / PERIODS)
                    .add("server CPU ms/period", (cost.serverMicros() - nothing.serverMicros()) / 1000 / PERIODS)
                    .add("commands/lease", (double) count.commands() / PERIODS / scale.leases())
                    .add("bytes/lease", (cost.bytes() - nothing.bytes()) / PERIODS / scale.leases());
            held.forEach(RivalLock::release);
        }
    }

    private static Meter.Cost during(Meter meter, long millis) throws InterruptedException {
        meter.begin();
        Thread.sleep(millis);
        return meter.end();
    }
}
