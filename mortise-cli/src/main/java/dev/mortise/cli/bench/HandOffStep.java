package dev.mortise.cli.bench;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * From the release of one client to the grant of another, which waits. The two take turns. They are clients of their own, as in
 * two processes: within one client a lock is handed on without the server.
 */
final class HandOffStep implements BenchStep {
    private static final long LONGEST_QUEUEING_NANOS = 2_000_000_000L;

    private final AcquireOptions options;

    // The fields below: the one thread that measures.
    private DistributedLock next; // of the client whose turn is next
    private DistributedLock last; // of the client that holds the lock
    private Lease held;

    /** The first client acquires at once. */
    HandOffStep(DistributedLock first, DistributedLock second, AcquireOptions options) throws InterruptedException {
        this.options = options;
        this.last = first;
        this.next = second;
        this.held = first.acquire(options);
    }

    @Override
    public long measure() throws InterruptedException {
        CompletableFuture<Granted> asked =
                next.acquireAsync(options).thenApply(lease -> new Granted(lease, System.nanoTime()));
        awaitQueued();
        long begin = System.nanoTime();
        held.release();
        Granted granted = result(asked);
        held = granted.lease();
        DistributedLock turn = next;
        next = last;
        last = turn;
        return granted.atNanos() - begin;
    }

    /** Only the release of what is waited for is a hand-off. */
    private void awaitQueued() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_QUEUEING_NANOS;
        while (last.inspect().waiters().isEmpty() && System.nanoTime() - end < 0) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static Granted result(CompletableFuture<Granted> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        held.release();
    }

    private record Granted(Lease lease, long atNanos) {}
}
