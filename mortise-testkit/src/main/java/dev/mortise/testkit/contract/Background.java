package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that runs in a thread of its own. */
final class Background<T> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private Background(Callable<T> task) {
        this.thread = new Thread(() -> run(task), "contract-background");
        thread.setDaemon(true);
    }

    static <T> Background<T> start(Callable<T> task) {
        Background<T> started = new Background<>(task);
        started.thread.start();
        return started;
    }

    Thread thread() {
        return thread;
    }

    boolean isDone() {
        return result.isDone();
    }

    /** What it returned; fails the test when it threw. */
    T get() {
        try {
            return result.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the background task failed", e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw stuck(e);
        }
    }

    /** What it threw; fails the test when it returned. */
    Throwable failure() {
        try {
            return fail("returned " + result.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS) + ", was to throw");
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException | InterruptedException e) {
            throw stuck(e);
        }
    }

    private AssertionError stuck(Exception cause) {
        AssertionError error = new AssertionError("the background task is stuck", cause);
        Throwable where = new Throwable("where it stands");
        where.setStackTrace(thread.getStackTrace());
        error.addSuppressed(where);
        return error;
    }

    private void run(Callable<T> task) {
        try {
            result.complete(task.call());
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
        }
    }
}
