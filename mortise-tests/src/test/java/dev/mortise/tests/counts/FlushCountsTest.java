package dev.mortise.tests.counts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.lettuce.CombinedFlushes;
import dev.mortise.internal.lettuce.Connector;
import dev.mortise.internal.lettuce.Logins;
import dev.mortise.internal.runtime.SystemTime;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many writes a real connection needs for what is asked for at about the same time. */
final class FlushCountsTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final List<String> KEYS = List.of("mortise:{nobody}");
    private static final int REQUESTS = 400;
    private static final int A_FLUSH = 4;

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @Test
    void requests_made_while_the_event_loop_is_busy_share_writes() throws Exception {
        loadScripts();
        Counting flushes = new Counting();
        ClientResources resources =
                ClientResources.builder().nettyCustomizer(flushes).build();
        RedisClient client = RedisClient.create(resources, server().uri());
        SystemTime time = new SystemTime("flushes");
        try (ScriptRunner runner = new Connector(time, PATIENCE, Optional.empty(), "", Logins.NONE).server(client)) {
            CountDownLatch asked = new CountDownLatch(1);
            CompletableFuture<Void> blocked = blockEventLoop(runner, asked);
            long before = flushes.get();
            List<CompletableFuture<Object>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(inspect(runner));
            }
            asked.countDown();
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            blocked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            // A few more than one for each full batch: when the loop looks for answers it also sends what it has by
            // then.
            assertThat(flushes.get() - before).isBetween((long) REQUESTS / A_FLUSH, (long) REQUESTS / 2);
        } finally {
            time.close();
            client.shutdown(0, 1, TimeUnit.SECONDS);
            resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    /** The loop completes a future of a request, and with it runs what waits. */
    private CompletableFuture<Void> blockEventLoop(ScriptRunner runner, CountDownLatch end) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        server().pause();
        CompletableFuture<Void> blocked = inspect(runner).thenRun(() -> {
            begun.countDown();
            awaitQuietly(end);
        });
        server().resume();
        assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return blocked;
    }

    private static void awaitQuietly(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<Object> inspect(ScriptRunner runner) {
        return runner.run(Script.INSPECT, KEYS, List.of("1", "0"));
    }

    /** What is counted is what reaches the transport, of all connections together. */
    private static final class Counting implements NettyCustomizer {
        private final AtomicLong flushes = new AtomicLong();

        long get() {
            return flushes.get();
        }

        @Override
        public void afterChannelInitialized(Channel channel) {
            new CombinedFlushes().afterChannelInitialized(channel);
            channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                    flushes.incrementAndGet();
                    context.flush();
                }
            });
        }
    }
}
