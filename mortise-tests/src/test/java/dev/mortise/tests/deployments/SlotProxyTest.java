package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.process.Polling;
import dev.mortise.testkit.proxy.SlotProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Cluster behind one address that routes by slot. */
final class SlotProxyTest {
    private static final Duration LEASE = Duration.ofSeconds(6);

    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    private SlotProxy proxy;

    @BeforeEach
    void listen() {
        proxy = SlotProxy.to(cluster.deployment());
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void leases_of_many_slots_that_are_due_together_are_renewed() {
        try (Mortise client = client()) {
            List<Lease> held = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                held.add(client.lock("lock-" + i).tryAcquire().orElseThrow());
            }
            // Until each would be over twice.
            long end = System.nanoTime() + LEASE.multipliedBy(2).toNanos();
            assertThat(Polling.until(LEASE.multipliedBy(3), () -> System.nanoTime() > end))
                    .isTrue();
            assertThat(held).allMatch(Lease::isValid);
            held.forEach(Lease::close);
        }
    }

    @Test
    void all_of_some_locks_are_had_lock_by_lock() throws Exception {
        try (Mortise client = client();
                Mortise other = client()) {
            for (int i = 0; i < 10; i++) {
                Lease all = client.allOf("a" + i, "b" + i, "c" + i).acquire();
                assertThat(other.lock("b" + i).tryAcquire()).isEmpty();
                all.close();
                assertThat(other.lock("b" + i).tryAcquire()).isPresent();
            }
        }
    }

    @Test
    void waiters_of_other_clients_are_served_in_their_order() throws Exception {
        try (Mortise client = client();
                Mortise other = client()) {
            for (int i = 0; i < 10; i++) {
                String name = "wanted-" + i;
                Lease held = client.lock(name).tryAcquire().orElseThrow();
                CompletableFuture<Lease> waiting = other.lock(name).acquireAsync(AcquireOptions.defaults());
                Polling.until(
                        LEASE, () -> !client.lock(name).inspect().waiters().isEmpty());
                held.close();
                waiting.get(30, TimeUnit.SECONDS).close();
            }
            Lease some = client.semaphore("permits", 3).tryAcquire(2).orElseThrow();
            assertThat(other.semaphore("permits", 3).tryAcquire(2)).isEmpty();
            some.close();
            assertThat(other.semaphore("permits", 3).tryAcquire(2)).isPresent();
        }
    }

    @Test
    void what_is_on_record_cannot_be_listed() {
        try (Mortise client = client()) {
            Lease held = client.lock("one").tryAcquire().orElseThrow();
            assertThatThrownBy(() -> client.admin().list().toList())
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("behind this address are several nodes")
                    .hasMessageContaining("RedisMortise.builder().cluster(");
            assertThat(client.admin().inspect("one").holders()).hasSize(1);
            held.close();
        }
    }

    @Test
    void a_quiet_period_is_refused() {
        assertThatThrownBy(() -> RedisMortise.builder()
                        .uri(proxy.uri())
                        .quietPeriod(Duration.ofMinutes(1))
                        .build())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("quietPeriod must be zero");
    }

    private Mortise client() {
        return RedisMortise.builder()
                .uri(proxy.uri())
                .lease(LEASE)
                .commandTimeout(Duration.ofSeconds(1))
                .build();
    }
}
