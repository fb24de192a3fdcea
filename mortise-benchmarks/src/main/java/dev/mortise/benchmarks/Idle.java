package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.Infos;
import dev.mortise.benchmarks.measure.RequestCount;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Row;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** P12: what does a client do that holds nothing? */
final class Idle implements Question {
    private static final List<Contender> CONTENDERS = List.of(Contender.MORTISE, Contender.REDISSON, Contender.LETTUCE);
    private static final String REQUESTS = "requests/10 s";

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        progress.accept("waiting for " + scale.idle());
        List<CompletableFuture<Row>> watched = new ArrayList<>();
        for (Contender contender : CONTENDERS) {
            watched.add(CompletableFuture.supplyAsync(
                    () -> watch(contender, scale.idle().toMillis()), Idle::start));
        }
        List<Row> rows = watched.stream().map(CompletableFuture::join).toList();
        Answer answer = new Answer(
                "idle",
                "A client each, on a server each, that has acquired and released one lock and then does nothing for "
                        + scale.idle().toMillis() + " ms.",
                rows,
                List.of());
        double seconds = scale.idle().toMillis() / 1e3;
        return answer.with(Goal.atMost(
                "P12", REQUESTS, answer.row(Contender.MORTISE).value(REQUESTS).max(), seconds < 10 ? 10 / seconds : 1));
    }

    private static Row watch(Contender contender, long millis) {
        try (RedisProcess server = RedisProcess.start();
                Rival rival = contender.connect(server.uri(), RivalLease.USUAL);
                RespClient redis = server.connect()) {
            RivalLock lock = rival.lock("idle");
            lock.acquire();
            lock.release();
            Thread.sleep(Math.min(1000, millis));
            RequestCount count = RequestCount.during(server, () -> Thread.sleep(millis));
            String connections = Infos.read(redis, "clients").getOrDefault("connected_clients", "0");
            return new Samples()
                    .add(REQUESTS, count.requests() * 10_000.0 / millis)
                    .add("connections", Double.parseDouble(connections) - 1)
                    .row(contender);
        } catch (Exception e) {
            throw new IllegalStateException(contender + " could not be watched", e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "idle");
        thread.setDaemon(true);
        thread.start();
    }
}
