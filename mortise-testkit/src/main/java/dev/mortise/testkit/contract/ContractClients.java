package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockEvent;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What the contracts share: clients that are closed after each test, and waiting for conditions. */
public abstract class ContractClients {
    /** How long a condition may take; far more than it should. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_COLLECTIONS = Duration.ofMillis(250);

    /** A lease that ends while a test waits for it, and can be kept alive on a slow machine. */
    static final Duration SHORT = Duration.ofSeconds(2);

    private final List<Mortise> opened = new CopyOnWriteArrayList<>();
    private final String run = UUID.randomUUID().toString().substring(0, 8);

    ContractClients() {}

    /** Opens a client of the deployment under test; all clients of one test meet. Closed by the contract. */
    protected abstract Mortise open(ClientSettings settings);

    /** Whether there is one authority; several have no common queue, no semaphores, no upgrades, and no copies. */
    protected boolean isOneAuthority() {
        return true;
    }

    final void needsOneAuthority() {
        assumeTrue(isOneAuthority(), "not offered over a quorum");
    }

    @AfterEach
    void closeClients() {
        opened.forEach(Mortise::close);
    }

    final Mortise client(ClientSettings settings) {
        Mortise client = open(settings);
        opened.add(client);
        return client;
    }

    final Mortise client() {
        return client(ClientSettings.defaults());
    }

    final Mortise shortLived() {
        return client(ClientSettings.defaults().leasing(SHORT));
    }

    /** A name no other test uses, with everything in it that a key has to encode. */
    final String name() {
        return "orders/42 {ü}:*%" + run;
    }

    /** Waits in a thread of its own, and is known to stand in the queue behind {@code others}. */
    final Background<Lease> waiting(DistributedLock lock, int others) {
        Background<Lease> waiter = Background.start(() -> lock.acquire());
        untilWaiting(lock, others + 1);
        return waiter;
    }

    static void untilWaiting(DistributedLock lock, int count) {
        until(count + " wait", () -> lock.inspect().waiters().size() == count);
    }

    static void untilFree(DistributedLock lock) {
        until("free, nobody waits", () -> {
            var info = lock.inspect();
            return !info.isLocked() && info.waiters().isEmpty();
        });
    }

    static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, condition)).as(what).isTrue();
    }

    /** Of what shows when garbage is collected. Rarely, so that the pauses of that leave the clients time to renew. */
    static void untilCollected(String what, BooleanSupplier condition) {
        assertThat(Polling.until(PATIENCE, BETWEEN_COLLECTIONS, () -> {
                    System.gc();
                    return condition.getAsBoolean();
                }))
                .as(what)
                .isTrue();
    }

    /** A client whose leases and answers outlast every test: what it loses, it does not lose because the machine is busy. */
    final Mortise lasting(Recorder events) {
        return client(
                ClientSettings.defaults().leasing(PATIENCE.multipliedBy(6)).heardBy(events));
    }

    /**
     * Until the client has reported the leases of so many locks, whose objects nobody has any more. It looks at all its leases
     * whenever one of them needs something, so one that needs it soon makes it look now.
     */
    final void untilLeaked(Mortise client, Recorder events, int count) {
        AcquireOptions soon =
                AcquireOptions.noWait().lease(BETWEEN_COLLECTIONS.dividedBy(2)).renewal(Renewal.OFF);
        untilCollected("reported", () -> {
            get(client.lock("look" + name()).tryAcquireAsync(soon)).ifPresent(Lease::release);
            return events.count(LockEvent.Leaked.class) == count;
        });
    }

    /** The answer, when there is one: while there is none in time, nothing is known, and it is asked again. */
    static <T> T answer(Callable<T> question) throws Exception {
        long start = System.nanoTime();
        while (true) {
            try {
                return question.call();
            } catch (LockUnavailableException none) {
                if (since(start).compareTo(PATIENCE) > 0) {
                    throw none;
                }
            }
        }
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    static Throwable failure(CompletionStage<?> stage) {
        try {
            Object value = stage.toCompletableFuture().get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
            throw new AssertionError("completed with " + value);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result", e);
        }
    }

    static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
