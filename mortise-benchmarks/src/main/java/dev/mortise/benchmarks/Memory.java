package dev.mortise.benchmarks;

import dev.mortise.benchmarks.report.Answer;
import dev.mortise.benchmarks.report.Goal;
import dev.mortise.benchmarks.report.Samples;
import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.RivalLock;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.resp.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** P9: how much memory of the server does a lock take? */
final class Memory implements Question {
    private static final String HELD = "held lock B";
    private static final String WAITER = "a further waiter B";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Threads wait before the server knows of it. */
    private static final Duration SETTLE = Duration.ofMillis(300);

    @Override
    public Answer ask(Scale scale, Consumer<String> progress) throws Exception {
        try (RedisProcess server = RedisProcess.start();
                RespClient redis = server.connect();
                Rivals rivals = new Rivals(server.uri(), RivalLease.USUAL, List.of(Contender.values()))) {
            for (Contender contender : rivals.inOrderOf(0)) {
                measure(contender, rivals.rival(contender), redis, scale.waiters(), rivals.samples(contender));
                progress.accept(contender.toString());
            }
            Answer answer = new Answer(
                    "memory",
                    "MEMORY USAGE of all keys that name the lock: held by one, and with " + scale.waiters()
                            + " threads of one client waiting. The name has 8 bytes.",
                    rivals.rows(),
                    List.of());
            return answer.with(
                    Goal.atMost(
                            "P9",
                            HELD,
                            answer.row(Contender.MORTISE).value(HELD).max(),
                            220),
                    Goal.atMost(
                            "P9",
                            WAITER,
                            answer.row(Contender.MORTISE).value(WAITER).max(),
                            150));
        }
    }

    private static void measure(Contender contender, Rival rival, RespClient redis, int waiters, Samples samples)
            throws InterruptedException {
        String name = "memory-" + contender.name().substring(contender.name().length() - 1);
        RivalLock lock = rival.lock(name);
        lock.acquire();
        double held = usage(redis, name);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            Thread thread = new Thread(() -> pass(rival.lock(name)), "waiter-" + i);
            thread.start();
            threads.add(thread);
        }
        Polling.until(PATIENCE, () -> threads.stream().allMatch(Memory::isWaiting));
        Thread.sleep(SETTLE.toMillis());
        double crowded = usage(redis, name);
        lock.release();
        for (Thread thread : threads) {
            thread.join();
        }
        samples.add(HELD, held).add(WAITER, (crowded - held) / waiters).add("left behind B", usage(redis, name));
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static void pass(RivalLock lock) {
        try {
            lock.acquire();
            lock.release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double usage(RespClient redis, String name) {
        double bytes = 0;
        for (Object key : (List<?>) Objects.requireNonNull(redis.command("KEYS", "*" + name + "*"))) {
            Object usage = redis.command("MEMORY", "USAGE", String.valueOf(key), "SAMPLES", "0");
            bytes += usage instanceof Long number ? number : 0;
        }
        return bytes;
    }
}
