package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.QuorumMortise;
import dev.mortise.redis.QuorumBuilder;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.process.Await;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** What tests of a quorum share. Everything that is opened is closed after the test, last first. */
abstract class OnQuorum {
    /** How long a condition may take; far more than it should. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** As short as a lease of a quorum whose nodes answer within 500 ms can be. */
    static final Duration LEASE = Duration.ofSeconds(12);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    final <T extends AutoCloseable> T closing(T resource) {
        opened.push(resource);
        return resource;
    }

    final QuorumMortise client(List<String> nodes) {
        return closing(builder(nodes).build());
    }

    static QuorumBuilder builder(List<String> nodes) {
        QuorumBuilder builder = RedisMortise.quorumBuilder().lease(LEASE);
        nodes.forEach(builder::node);
        return builder;
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static void until(String what, BooleanSupplier condition) {
        assertThat(Await.until(PATIENCE, condition)).as(what).isTrue();
    }
}
