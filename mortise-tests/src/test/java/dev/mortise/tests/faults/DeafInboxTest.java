package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.ProxyConnection;
import dev.mortise.testkit.proxy.Request;
import dev.mortise.tests.OnRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An inbox that hears nothing is found, whatever was before. */
final class DeafInboxTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void a_channel_that_was_taken_for_a_moment_is_heard_again_afterwards() {
        server().command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all");
        closing(RedisMortise.connect(asApp(server())));
        until("it is heard", () -> isHeard(server()));
        loseTheChannel(server());
        until("it is heard again", () -> isHeard(server()));
        server().command("ACL", "DELUSER", "app");
    }

    @Test
    void so_are_those_of_the_nodes_of_a_quorum() throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3)) {
            masters.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all"));
            String[] uris = masters.nodes().stream().map(DeafInboxTest::asApp).toArray(String[]::new);
            try (QuorumMortise client = RedisMortise.quorum(uris)) {
                until("all are heard", () -> masters.nodes().stream().allMatch(DeafInboxTest::isHeard));
                masters.nodes().forEach(DeafInboxTest::loseTheChannel);
                until("all are heard again", () -> masters.nodes().stream().allMatch(DeafInboxTest::isHeard));
                client.lock("lock").acquire().release();
            }
        }
    }

    @Test
    void so_is_that_of_a_cluster() throws Exception {
        try (ClusterDeployment cluster =
                ClusterDeployment.builder().masters(3).replicas(0).start()) {
            cluster.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all"));
            String[] uris = cluster.nodes().stream().map(DeafInboxTest::asApp).toArray(String[]::new);
            try (Mortise client = RedisMortise.builder().cluster(uris).build()) {
                until("it is heard", () -> cluster.nodes().stream().anyMatch(DeafInboxTest::isHeard));
                cluster.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "resetchannels"));
                until("it was refused", () -> cluster.nodes().stream().anyMatch(DeafInboxTest::hasRefused));
                cluster.nodes().forEach(node -> node.command("ACL", "SETUSER", "app", "&*"));
                until("it is heard again", () -> cluster.nodes().stream().anyMatch(DeafInboxTest::isHeard));
                client.lock("lock").acquire().release();
            }
        }
    }

    @Test
    void so_is_that_of_a_client_that_connected_again_while_the_server_was_busy() {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        closing(RedisMortise.connect(proxy.uri()));
        until("it is heard", () -> isHeard(server()));
        CompletableFuture<Object> script = keptBusy();
        long asked = proxy.requestsByCommand().getOrDefault("SUBSCRIBE", 0L);
        proxy.closeIf(ProxyConnection::isSubscriber, Close.RST);
        until("it was refused", () -> proxy.requestsByCommand().getOrDefault("SUBSCRIBE", 0L) > asked + 1);
        assertThat(script).isNotDone();
        server().command("SCRIPT", "KILL");
        get(script);
        until("it is heard again", () -> isHeard(server()));
    }

    /** While two others come and go, it has a tenth of the turns at least: a third would be its share, but for its polls. */
    @Test
    void who_cannot_be_reached_is_served_as_others_are() throws Exception {
        server().command("ACL", "SETUSER", "app", "on", ">p", "~*", "&*", "+@all");
        Mortise deaf = closing(RedisMortise.connect(asApp(server())));
        until("it is heard", () -> isHeard(server()));
        List<Mortise> healthy = List.of(client(), client());
        server().command("ACL", "SETUSER", "app", "resetchannels");
        until("it was refused", () -> hasRefused(server()));
        AtomicInteger heldByDeaf = new AtomicInteger();
        AtomicInteger heldByOthers = new AtomicInteger();
        BooleanSupplier enough = () -> heldByDeaf.get() >= 30;
        List<CompletableFuture<Object>> crew = new ArrayList<>();
        for (Mortise each : healthy) {
            crew.add(inThread(() -> hold(each, heldByOthers, enough)));
        }
        until("they are at work", () -> heldByOthers.get() > 10);
        int before = heldByOthers.get();
        crew.add(inThread(() -> hold(deaf, heldByDeaf, enough)));
        crew.forEach(OnRedis::get);
        assertThat(heldByDeaf.get()).isGreaterThanOrEqualTo((heldByOthers.get() - before) / 10);
        server().command("ACL", "DELUSER", "app");
    }

    @SuppressWarnings("try") // what is held is held for its time
    private static Object hold(Mortise client, AtomicInteger count, BooleanSupplier enough) throws Exception {
        while (!enough.getAsBoolean()) {
            Lease lease = client.lock("wanted").acquire();
            count.incrementAndGet();
            lease.release();
        }
        return "done";
    }

    /** By somebody's script, until that is killed. */
    private CompletableFuture<Object> keptBusy() {
        server().command("CONFIG", "SET", "busy-reply-threshold", "20");
        CompletableFuture<Object> script = inThread(() -> {
            try (var slow = server().connect(Duration.ofSeconds(60))) {
                return String.valueOf(slow.command("EVAL", "while true do end", "0"));
            } catch (RuntimeException killed) {
                return "killed";
            }
        });
        until("the server is busy", () -> {
            try {
                server().command("GET", "anything");
                return false;
            } catch (RuntimeException busy) {
                return true;
            }
        });
        return script;
    }

    private static String asApp(RedisProcess server) {
        return "redis://app:p@" + server.host() + ":" + server.port();
    }

    private static void loseTheChannel(RedisProcess server) {
        server.command("ACL", "SETUSER", "app", "resetchannels");
        until("it was refused", () -> hasRefused(server));
        server.command("ACL", "SETUSER", "app", "&*");
    }

    private static boolean hasRefused(RedisProcess server) {
        return String.valueOf(server.command("ACL", "LOG")).contains("mortise:inbox:");
    }

    private static boolean isHeard(RedisProcess server) {
        return server.command("PUBSUB", "CHANNELS", "mortise:*") instanceof List<?> channels && !channels.isEmpty();
    }

    @Test
    void a_silent_inbox_is_found_also_after_the_server_was_busy_once() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofSeconds(3));
        Lease held = client.lock("renewed").acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(9)));
        CompletableFuture<Object> script = keptBusy();
        long requests = proxy.requests();
        until("a renewal was answered", () -> proxy.requests() > requests);
        server().command("SCRIPT", "KILL");
        get(script);
        int before = proxy.connections();
        proxy.swallowRequests(request -> request.connection().number() == 2);
        until("the inbox is replaced", () -> proxy.connections() > before);
        assertThat(held.isValid()).isTrue();
    }

    @Test
    void a_node_whose_connection_breaks_while_the_inbox_is_subscribed_is_heard_later() throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3);
                FaultProxy third = FaultProxy.to(masters.nodes().get(2))) {
            third.closeAfterNextRequest(Request.command("SUBSCRIBE"), Close.RST);
            List<String> uris = masters.uris();
            try (QuorumMortise client = RedisMortise.quorum(uris.get(0), uris.get(1), third.uri())) {
                until(
                        "it is heard",
                        () -> masters.nodes().get(2).command("PUBSUB", "CHANNELS", "*") instanceof List<?> channels
                                && !channels.isEmpty());
                client.lock("lock").acquire().release();
            }
        }
    }
}
