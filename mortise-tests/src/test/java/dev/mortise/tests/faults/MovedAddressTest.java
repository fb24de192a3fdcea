package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.ProxyConnection;
import dev.mortise.tests.OnRedis;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An address that is given to another server while the former one lives, and only one of two connections is opened anew. */
final class MovedAddressTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void the_other_connection_follows_when_the_inbox_has_moved() throws Exception {
        follows(ProxyConnection::isSubscriber);
    }

    @Test
    void the_inbox_follows_when_commands_have_moved() throws Exception {
        follows(connection -> !connection.isSubscriber());
    }

    @Test
    void so_it_is_with_a_shared_client() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        RedisClient shared = RedisClient.create(proxy.uri());
        try (Mortise client = RedisMortise.builder().client(shared).build()) {
            follows(proxy, client, ProxyConnection::isSubscriber);
        } finally {
            shared.shutdown(0, 0, TimeUnit.SECONDS);
        }
    }

    @Test
    void one_that_stays_is_not_connected_to_again() {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofSeconds(6));
        for (int i = 0; i < 5; i++) {
            Set<String> before = subscribers();
            proxy.closeIf(ProxyConnection::isSubscriber, Close.RST);
            until("it is heard by another connection, and the server knows of no other", () -> {
                Set<String> now = subscribers();
                return !now.isEmpty() && Collections.disjoint(now, before);
            });
            client.lock("a").tryAcquire().orElseThrow().close();
        }
        assertThat(proxy.connections()).isEqualTo(2 + 5);
    }

    /** The numbers of the connections that hear something. */
    private Set<String> subscribers() {
        String list = String.valueOf(server().command("CLIENT", "LIST", "TYPE", "pubsub"));
        return list.lines().map(line -> line.substring(0, line.indexOf(' '))).collect(Collectors.toSet());
    }

    private void follows(Predicate<ProxyConnection> who) throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        follows(proxy, client(proxy.uri(), Duration.ofSeconds(6)), who);
    }

    private void follows(FaultProxy proxy, Mortise client, Predicate<ProxyConnection> who) throws Exception {
        try (RedisProcess other = RedisProcess.start()) {
            until("it is heard", () -> isHeard(server()));
            proxy.redirect(other);
            proxy.closeIf(who, Close.RST);
            until("the other server has all of it", () -> isHeard(other) && !isHeard(server()));
            until("locks are there", () -> {
                client.lock("a").tryAcquire().ifPresent(Lease::close);
                try (Lease lease = client.lock("b").tryAcquire().orElseThrow()) {
                    return lease.isValid() && Long.valueOf(1).equals(other.command("EXISTS", "mortise:{b}"));
                }
            });
            Lease held = client.lock("c").tryAcquire().orElseThrow();
            CompletableFuture<Lease> waiting =
                    closing(RedisMortise.connect(other.uri())).lock("c").acquireAsync(AcquireOptions.defaults());
            untilWaiting(client.lock("c"), 1);
            held.ensure(Duration.ofSeconds(5));
            held.release();
            get(waiting).release();
            closeAll();
        }
    }

    private static boolean isHeard(RedisProcess server) {
        return server.command("PUBSUB", "CHANNELS", "mortise:*") instanceof List<?> channels && !channels.isEmpty();
    }
}
