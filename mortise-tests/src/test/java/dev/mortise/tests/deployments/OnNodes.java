package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.LockUnavailableException;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What tests on several servers share. Everything that is opened is closed after the test, last first. */
abstract class OnNodes {
    /** How long a condition may take; far more than it should. */
    static final Duration PATIENCE = Duration.ofSeconds(40);

    /** How long an answer may take. */
    static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    final <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    static <T> CompletableFuture<T> inThread(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(task.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "test-background");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, Duration.ofMillis(10), condition))
                .as(what)
                .isTrue();
    }

    static void untilWaiting(DistributedLock lock, int count) {
        until(count + " wait", () -> answered(() -> lock.inspect().waiters().size() == count));
    }

    /** The answer, when there is one: while there is none in time, nothing is known, and it is asked again. */
    static <T> T answer(Callable<T> question) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                return question.call();
            } catch (LockUnavailableException none) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw none;
                }
            }
        }
    }

    /** What the server says; false while it does not answer. */
    static boolean answered(BooleanSupplier question) {
        try {
            return question.getAsBoolean();
        } catch (LockUnavailableException notYet) {
            return false;
        }
    }

    /** Waits until the replica has all that the master has written so far. */
    static void untilCopied(RedisProcess master, RedisProcess replica) {
        String offset = master.info("replication").get("master_repl_offset");
        until("the replica has all", () -> {
            String reached = replica.info("replication").get("slave_repl_offset");
            return offset != null && reached != null && Long.parseLong(reached) >= Long.parseLong(offset);
        });
    }
}
