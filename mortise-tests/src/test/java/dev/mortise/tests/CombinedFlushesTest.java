package dev.mortise.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.lettuce.StandaloneConnector;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.testkit.resp.RespClient;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a server has to read for what a client asks for at about the same time. */
final class CombinedFlushesTest extends OnRedis {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private static final List<String> KEYS = List.of("mortise:{nobody}");
    private static final int REQUESTS = 400;
    private static final int A_FLUSH = 4;

    @Override
    RedisProcess server() {
        return redis.server();
    }

    @Test
    void requests_made_while_the_event_loop_is_busy_share_writes() throws Exception {
        loadScripts();
        try (ScriptRunner runner =
                        StandaloneConnector.connect(RedisURI.create(server().uri()), PATIENCE, Optional.empty(), "");
                RespClient reader = server().connect()) {
            CountDownLatch asked = new CountDownLatch(1);
            CompletableFuture<Void> blocked = blockEventLoop(runner, asked);
            long before = reads(reader);
            List<CompletableFuture<Object>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(inspect(runner));
            }
            asked.countDown();
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            blocked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            long reading = 1;
            assertThat(reads(reader) - before - reading).isBetween(1L, (long) REQUESTS / A_FLUSH);
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
        return runner.run(Script.INSPECT, KEYS, List.of("1"));
    }

    private static long reads(RespClient reader) {
        return Stats.field(String.valueOf(reader.command("INFO", "stats")), "total_reads_processed");
    }
}
