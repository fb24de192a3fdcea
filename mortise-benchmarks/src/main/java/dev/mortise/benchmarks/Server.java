package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Meter;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.measure.ServerTime;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** P5b: how long does the server work for each cycle, above all in scripts? */
final class Server implements Question {
    static final String SCRIPT_TIME = "script us/cycle";
    /** What counts as the same, as more waiters ask now and then whether it is their turn. */
    private static final double FLAT = 1.25;

    static final String ALL_TIME = "all commands us/cycle";

    /** How long requests are counted, ns. */
    private static final long COUNTED = TimeUnit.MILLISECONDS.toNanos(100);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (ServerSetting setting : ServerSetting.all(scale)) {
            rows.addAll(rows(setting, scale, progress));
        }
        Answer answer = new Answer(
                "server",
                "As the server says in INFO commandstats. Script time is that of EVAL, EVALSHA and FCALL; all commands are all"
                        + " that clients send, and acquire and release are shown in that, 100 of each in a row. In turn:"
                        + " each release hands the lock on, in Mortise without local hand-off; a cycle is one"
                        + " entry; with one waiter the lock is held for 0.5 ms, so that there is one. A cycle of a renewal is one"
                        + " renewal of one lease. Each contender has a server of its own. Requests and commands are counted"
                        + " apart. Where nothing is shown, the queue was not there within 30 s, or did not last.",
                rows,
                List.of());
        return answer.with(targets(answer, scale).toArray(Goal[]::new));
    }

    private static List<Goal> targets(Answer answer, Scale scale) {
        String longest = ServerSetting.queue(Collections.max(scale.queues()));
        List<Goal> targets = new ArrayList<>();
        String alone = Rows.name(Contender.MORTISE, ServerSetting.ALONE);
        String inTurn = Rows.name(Contender.MORTISE, ServerSetting.IN_TURN);
        against(answer, alone, Rows.name(Contender.REDISSON, ServerSetting.ALONE), 0.95)
                .ifPresent(targets::add);
        against(answer, inTurn, Rows.name(Contender.REDISSON_FAIR, ServerSetting.IN_TURN), 0.5)
                .ifPresent(targets::add);
        String many = Rows.name(Contender.MORTISE, longest);
        String few = Rows.name(Contender.MORTISE, ServerSetting.queue(Collections.min(scale.queues())));
        against(answer, many, inTurn, FLAT).ifPresent(targets::add);
        if (!few.equals(many)) {
            against(answer, many, few, FLAT).ifPresent(targets::add);
        }
        return targets;
    }

    /** Nothing where one of the two was not measured. */
    private static Optional<Goal> against(Answer answer, String row, String baseline, double ceiling) {
        boolean measured = answer.row(row).values().containsKey(SCRIPT_TIME)
                && answer.row(baseline).values().containsKey(SCRIPT_TIME);
        return measured
                ? Optional.of(Goal.atMost(
                        "P5b",
                        SCRIPT_TIME + ", " + row + " against " + baseline,
                        answer.ratio(SCRIPT_TIME, row, baseline),
                        ceiling))
                : Optional.empty();
    }

    private static List<Row> rows(ServerSetting setting, Scale scale, Consumer<String> progress) throws Exception {
        Rows rows = new Rows(setting.contenders(), List.of(setting.name()));
        List<Watched> watched = new ArrayList<>();
        try {
            for (Contender contender : setting.contenders()) {
                try {
                    watched.add(Watched.open(setting, contender));
                } catch (IllegalStateException e) {
                    progress.accept(failed(contender, setting, e));
                }
            }
            for (int round = -Math.min(1, scale.warmups()); round < scale.rounds(); round++) {
                for (Watched each : List.copyOf(watched)) {
                    try {
                        each.measure(scale.window().toNanos(), rows.of(each.contender, setting.name(), round));
                    } catch (IllegalStateException e) {
                        progress.accept(failed(each.contender, setting, e));
                        watched.remove(each);
                        each.close();
                    }
                }
                Collections.rotate(watched, -1);
                progress.accept("round " + round + ": " + setting.name());
            }
        } finally {
            watched.forEach(Watched::close);
        }
        return rows.rows();
    }

    /** One that fails in one setting, as long queues can, does not cost the others theirs. */
    private static String failed(Contender contender, ServerSetting setting, IllegalStateException failure) {
        String why = failure.getCause() == null ? "" : ", " + failure.getCause().getMessage();
        return Rows.name(contender, setting.name()) + ": " + failure.getMessage() + why;
    }

    /** A contender, and the server that works for it alone. */
    private record Watched(Contender contender, RedisProcess server, RespClient redis, Meter meter, Cycle cycle) {
        static Watched open(ServerSetting setting, Contender contender) throws InterruptedException {
            RedisProcess server = RedisProcess.start();
            try {
                Cycle cycle = setting.opening().open(contender, server.uri());
                return new Watched(contender, server, server.connect(), new Meter(server), cycle);
            } catch (InterruptedException | RuntimeException e) {
                server.close();
                throw e;
            }
        }

        void measure(long nanos, Samples samples) throws Exception {
            // Not counted: what a client does when it needs something for the first time.
            cycle.run(1);
            long[] counted = new long[1];
            RequestCount count = RequestCount.during(server, () -> counted[0] = cycle.run(Math.min(nanos, COUNTED)));
            meter.begin();
            ServerTime before = ServerTime.read(redis);
            double cycles = cycle.run(nanos);
            ServerTime spent = ServerTime.read(redis).since(before);
            Meter.Cost cost = meter.end();
            samples.add(SCRIPT_TIME, spent.scriptMicros() / cycles)
                    .add("scripts/cycle", spent.scripts() / cycles)
                    .add(ALL_TIME, spent.allMicros(count) / cycles);
            for (Map.Entry<String, RequestCount.Action> part : cycle.parts().entrySet()) {
                before = ServerTime.read(redis);
                part.getValue().run();
                spent = ServerTime.read(redis).since(before);
                samples.add(part.getKey() + " us", spent.allMicros(count) / cycle.partCount());
            }
            samples.add("server CPU us/cycle", cost.serverMicros() / cycles)
                    .add("requests/cycle", (double) count.requests() / counted[0])
                    .add("commands/cycle", (double) count.commands() / counted[0]);
        }

        void close() {
            cycle.close();
            meter.close();
            redis.close();
            server.close();
        }
    }
}
