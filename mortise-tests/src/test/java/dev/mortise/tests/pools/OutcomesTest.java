package dev.mortise.tests.pools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.Mortise;
import dev.mortise.testkit.memory.InMemoryMortise;
import dev.mortise.testkit.process.Polling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses, grants and completions arrive whatever callbacks of users do. */
final class OutcomesTest {
    private static final AcquireOptions ANY = AcquireOptions.waitUpTo(Duration.ofSeconds(30));

    private final InMemoryMortise server = InMemoryMortise.start();
    private final Mortise client = server.connect();
    private final Mortise other = server.connect();
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void close() {
        end.countDown();
        client.close();
        other.close();
    }

    @Test
    void callbacks_may_wait_for_futures_of_the_same_client() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String inner = "inner" + i;
            all.add(client.lock("outer" + i).acquireAsync(ANY).thenAccept(lease -> {
                client.lock(inner).acquireAsync(ANY).join().close();
                lease.close();
            }));
        }
        all.forEach(OutcomesTest::get);
    }

    @Test
    void bodies_that_block_delay_no_loss_no_grant_and_no_release() throws Exception {
        int bodies = 40;
        CountDownLatch begun = new CountDownLatch(bodies);
        for (int i = 0; i < bodies; i++) {
            client.lock("body" + i).callAsync(ANY, lease -> {
                begun.countDown();
                block();
                return CompletableFuture.completedFuture("");
            });
        }
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        Lease granted = get(client.lock("free").acquireAsync(ANY));
        other.admin().forceRelease("free", "test");
        assertThat(get(granted.lost().toCompletableFuture()).cause()).isEqualTo(LeaseLoss.Cause.FORCED);
        Lease again = get(client.lock("free").acquireAsync(ANY));
        get(again.releaseAsync().toCompletableFuture());
    }

    private void block() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        assertThat(Polling.until(Duration.ofSeconds(30), condition)).as(what).isTrue();
    }

    private static <T> T get(CompletableFuture<T> future) {
        until("it is complete", future::isDone);
        return future.join();
    }
}
