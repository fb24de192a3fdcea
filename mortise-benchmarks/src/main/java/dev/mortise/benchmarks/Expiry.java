package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.SecondJvm;
import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import dev.mortise.testkit.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** P11: how long after the lease of a killed holder does a waiter get the lock? */
final class Expiry implements Question {
    private static final String PAST = "ms past the lease's end";

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        Path file = Files.createTempFile("mortise-board", "");
        RivalLease terms = new RivalLease(scale.killedLease(), false);
        try (RedisProcess server = RedisProcess.start();
                Rivals rivals = new Rivals(server.uri(), terms, List.of(Contender.values()))) {
            for (int round = -scale.warmups(); round < scale.rounds(); round++) {
                Map<Contender, Double> past = round(server, file, terms, rivals, round);
                if (round >= 0) {
                    past.forEach(
                            (contender, millis) -> rivals.samples(contender).add(PAST, millis));
                }
                progress.accept("round " + round);
            }
            Answer answer = new Answer(
                    "expiry",
                    "Another JVM holds one lock of each kind for "
                            + scale.killedLease().toMillis()
                            + " ms, without renewal, and is killed; a thread each waits for them. The end of a lease is"
                            + " what the server says right after the kill, in whole ms.",
                    rivals.rows(),
                    List.of());
            return answer.with(Goal.atMost(
                    "P11", PAST, answer.row(Contender.MORTISE).value(PAST).max(), 50));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Map<Contender, Double> round(
            RedisProcess server, Path file, RivalLease terms, Rivals rivals, int round) throws Exception {
        Map<Contender, CompletableFuture<Long>> waiters = new EnumMap<>(Contender.class);
        Map<Contender, Long> ends = new EnumMap<>(Contender.class);
        try (SecondJvm holder = SecondJvm.start(server.uri(), file)) {
            List<Contender> order = rivals.inOrderOf(round);
            for (Contender contender : order) {
                holder.ask("open " + contender.name() + " " + terms.millis() + " false");
            }
            for (Contender contender : order) {
                holder.ask("hold " + contender.name() + " " + name(contender));
                RivalLock lock = rivals.rival(contender).lock(name(contender));
                waiters.put(contender, CompletableFuture.supplyAsync(() -> enter(lock), Expiry::start));
                Thread.sleep(Math.min(50, terms.millis() / 12));
            }
            holder.kill();
        }
        for (Contender contender : waiters.keySet()) {
            long left = rivals.rival(contender).leaseLeftMillis(name(contender));
            ends.put(contender, System.nanoTime() + Duration.ofMillis(left).toNanos());
        }
        Map<Contender, Double> past = new EnumMap<>(Contender.class);
        waiters.forEach((contender, entered) -> {
            Long end = ends.get(contender);
            past.put(contender, (entered.join() - (end == null ? 0 : end)) / 1e6);
        });
        return past;
    }

    private static String name(Contender contender) {
        return "expiry-" + contender.name();
    }

    /** When it was entered. Whether it is still held when it is released, on a busy machine, is not the question. */
    private static long enter(RivalLock lock) {
        try {
            lock.acquire();
            long now = System.nanoTime();
            releaseQuietly(lock);
            return now;
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private static void releaseQuietly(RivalLock lock) {
        try {
            lock.release();
        } catch (RuntimeException lost) {
            // its lease was over
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "waiter");
        thread.setDaemon(true);
        thread.start();
    }
}
