package dev.mortise.testkit.process;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One command on its way: begun there, later answered. Thread-safe. */
final class AgentCall {
    private final CompletableFuture<String> begun = new CompletableFuture<>();
    private final CompletableFuture<String> result = new CompletableFuture<>();

    void answered(AgentLine line) {
        switch (line.word(0)) {
            case AgentLine.BEGUN -> begun.complete("");
            case AgentLine.OK -> result.complete(line.word(1));
            default -> result.completeExceptionally(new OtherJvmException(line.word(1), line.word(2)));
        }
    }

    void fail(IllegalStateException why) {
        begun.completeExceptionally(why);
        result.completeExceptionally(why);
    }

    boolean hasSucceeded() {
        return result.isDone() && !result.isCompletedExceptionally();
    }

    void awaitBegun(Duration atMost) {
        await(begun, atMost);
    }

    String awaitResult(Duration atMost) {
        return await(result, atMost);
    }

    private static String await(CompletableFuture<String> future, Duration atMost) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (true) {
                try {
                    return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer from the other JVM in " + atMost, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                cause.addSuppressed(new IllegalStateException("asked here"));
                throw cause;
            }
            throw new IllegalStateException(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
