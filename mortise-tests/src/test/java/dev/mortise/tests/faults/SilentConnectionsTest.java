package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.tests.OnRedis;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that stay open, and over which nothing comes any more: as when a host dies without a word. */
final class SilentConnectionsTest extends OnRedis {
    private static final Duration LEASE = Duration.ofSeconds(3);

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void they_are_replaced_and_a_held_lease_lives_on() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), LEASE);
        Lease held = client.lock("held").acquire(AcquireOptions.noWait().lease(Duration.ofSeconds(10)));
        silence(proxy);
        until("requests are answered again", () -> isAnswered(client));
        assertThat(held.isValid()).isTrue();
        held.ensure(Duration.ofSeconds(9));
        assertThat(client().lock("held").tryAcquire()).isEmpty();
        until("the former ones are closed", () -> proxy.openConnections() == 2);
    }

    @Test
    void a_silent_inbox_alone_is_found_by_what_goes_over_it_and_messages_come_again() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), LEASE);
        Lease held = client.lock("renewed").acquire();
        proxy.swallowRequests(request -> request.connection().number() == 2);
        until("the inbox is replaced", () -> proxy.connections() == 4);
        assertThat(held.isValid()).isTrue();
        Lease other = client().lock("wanted").acquire();
        CompletableFuture<Lease> waiting = client.lock("wanted").acquireAsync(AcquireOptions.defaults());
        untilWaiting(client.lock("wanted"), 1);
        long messages = proxy.messages();
        other.release();
        assertThat(get(waiting).isValid()).isTrue();
        assertThat(proxy.messages()).isGreaterThan(messages);
    }

    @Test
    void a_wait_goes_on_over_the_new_ones() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), LEASE);
        Lease other = client().lock("wanted").acquire();
        CompletableFuture<Lease> waiting = client.lock("wanted").acquireAsync(AcquireOptions.defaults());
        untilWaiting(client().lock("wanted"), 1);
        silence(proxy);
        until("connected anew", () -> proxy.connections() > 2);
        other.release();
        assertThat(get(waiting).isValid()).isTrue();
    }

    @Test
    void nothing_is_replaced_while_the_server_does_not_answer_anybody() {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), LEASE);
        server().pause();
        until("a request is given up", () -> !isAnswered(client));
        server().resume();
        until("requests are answered again", () -> isAnswered(client));
        until("what was opened in vain is closed", () -> proxy.openConnections() == 2);
    }

    /** Its own time-outs are those of its driver: a minute for each attempt. */
    @Test
    void what_was_begun_in_a_cut_keeps_nobody_waiting_for_longer_than_an_answer_may_take() {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        RedisClient shared = RedisClient.create(proxy.uri());
        closing(() -> shared.shutdown(0, 1, TimeUnit.SECONDS));
        Mortise client = closing(RedisMortise.builder()
                .client(shared)
                .lease(LEASE)
                .commandTimeout(LEASE.dividedBy(6))
                .build());
        AtomicInteger lost = new AtomicInteger(Integer.MAX_VALUE);
        proxy.swallowRequests(request -> request.connection().number() <= lost.get());
        assertThat(isAnswered(client)).isFalse();
        until("one more is opened in the cut", () -> proxy.connections() > 2);
        lost.set(proxy.connections());
        until("requests are answered again", () -> isAnswered(client));
        until("what was opened in vain is closed", () -> proxy.openConnections() <= 3);
    }

    @Test
    void opening_a_client_in_a_cut_ends() {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        proxy.swallowRequests(request -> true);
        RedisClient shared = RedisClient.create(proxy.uri());
        closing(() -> shared.shutdown(0, 1, TimeUnit.SECONDS));
        CompletableFuture<Mortise> opening =
                inThread(() -> RedisMortise.builder().client(shared).build());
        assertThat(failure(opening))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("no connection came up within 20000 ms");
    }

    /** What was connected until now carries nothing any more. */
    private static void silence(FaultProxy proxy) {
        int last = proxy.connections();
        proxy.swallowRequests(request -> request.connection().number() <= last);
    }

    private static boolean isAnswered(Mortise client) {
        try {
            client.lock("anything").isLocked();
            return true;
        } catch (LockUnavailableException e) {
            return false;
        }
    }
}
