package dev.mortise.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LettuceThroughProxyTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().password("p@ss"));

    @Test
    void a_full_client_with_resp3_pubsub_and_reconnect_works_through_the_proxy() {
        Queue<String> messages = new ConcurrentLinkedQueue<>();
        try (FaultProxy proxy = FaultProxy.to(redis.server());
                RedisClient client = RedisClient.create(proxy.uri());
                StatefulRedisConnection<String, String> commands = client.connect();
                StatefulRedisPubSubConnection<String, String> inbox = client.connectPubSub()) {
            inbox.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    messages.add(message);
                }
            });
            inbox.sync().subscribe("c");

            Fault fault = proxy.dropNextReply(Request.command("INCR"), Close.FIN);
            commands.sync().incr("n");
            assertThat(fault.hits()).isEqualTo(1);
            assertThat(commands.sync().get("n"))
                    .as("sent again after the reconnect")
                    .isEqualTo("2");

            proxy.closeIf(ProxyConnection::isSubscriber, Close.RST);
            await().until(() -> commands.sync().publish("c", "again") == 1);
            await().until(() -> messages.contains("again"));
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
