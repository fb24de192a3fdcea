package dev.mortise.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.QuorumMortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.proxy.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An inbox that hears nothing is found, whatever was before. */
final class DeafInboxTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    RedisProcess server() {
        return redis.server();
    }

    @Test
    void a_silent_inbox_is_found_also_after_the_server_was_busy_once() throws Exception {
        FaultProxy proxy = closing(FaultProxy.to(server()));
        Mortise client = client(proxy.uri(), Duration.ofSeconds(3));
        Lease held = client.lock("renewed").acquire(AcquireOptions.defaults().lease(Duration.ofSeconds(9)));
        server().command("CONFIG", "SET", "busy-reply-threshold", "20");
        CompletableFuture<Object> script = inThread(() -> {
            try (var slow = server().connect(Duration.ofSeconds(20))) {
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
