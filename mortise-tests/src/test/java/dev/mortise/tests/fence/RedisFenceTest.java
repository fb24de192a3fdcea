package dev.mortise.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisFence;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.junit.RedisExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisFenceTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    private final RedisClient client = RedisClient.create(redis.uri());
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final RedisCommands<String, String> commands = connection.sync();
    private final RedisFence fence = RedisFence.of(connection);

    @AfterEach
    void disconnect() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void a_write_is_read_back() {
        assertThat(fence.get("account")).isEmpty();
        assertThat(fence.set("account", "17", 5, "a")).isTrue();
        assertThat(fence.get("account")).contains("17");
    }

    @Test
    void one_lease_may_write_again_and_again() {
        assertThat(fence.set("account", "1", 5, "a")).isTrue();
        assertThat(fence.set("account", "2", 5, "a")).isTrue();
        assertThat(fence.advance("account", 5, "a")).isTrue();
        assertThat(fence.get("account")).contains("2");
    }

    @Test
    void a_lower_token_is_refused_and_changes_nothing() {
        fence.set("account", "new", 6, "b");
        Map<String, String> before = new TreeMap<>(commands.hgetall("account"));
        assertThat(fence.set("account", "old", 5, "a")).isFalse();
        assertThat(fence.advance("account", 5, "a")).isFalse();
        assertThat(commands.hgetall("account")).isEqualTo(before);
    }

    @Test
    void the_same_token_of_another_lease_is_refused_and_changes_nothing() {
        fence.set("account", "first", 5, "a");
        Map<String, String> before = new TreeMap<>(commands.hgetall("account"));
        assertThat(fence.set("account", "second", 5, "b")).isFalse();
        assertThat(fence.advance("account", 5, "b")).isFalse();
        assertThat(commands.hgetall("account")).isEqualTo(before);
    }

    @Test
    void a_claim_shuts_earlier_leases_out_and_keeps_the_value() {
        fence.set("account", "old", 5, "a");
        assertThat(fence.advance("account", 6, "b")).isTrue();
        assertThat(fence.set("account", "late", 5, "a")).isFalse();
        assertThat(fence.get("account")).contains("old");
    }

    @Test
    void tokens_compare_by_all_their_64_bits() {
        long large = (1L << 53) + 1;
        assertThat(fence.advance("account", large, "a")).isTrue();
        assertThat(fence.advance("account", large - 1, "b")).isFalse();
        assertThat(fence.advance("account", large + 1, "c")).isTrue();
        assertThat(fence.advance("account", Long.MAX_VALUE, "d")).isTrue();
        assertThat(fence.advance("account", 9, "e")).isFalse();
    }

    @Test
    void the_record_has_no_end_and_holds_no_lease_id() {
        fence.set("account", "1", 5, "the-lease-id");
        assertThat(commands.ttl("account")).isEqualTo(-1);
        assertThat(commands.hgetall("account").values()).noneMatch(value -> value.contains("the-lease-id"));
        assertThat(commands.keys("*")).containsExactly("account");
    }

    @Test
    void foreign_data_is_left_alone() {
        commands.hset("hash", "value", "theirs");
        commands.set("text", "theirs");
        assertThatExceptionOfType(RedisCommandExecutionException.class)
                .isThrownBy(() -> fence.set("hash", "mine", 5, "a"))
                .withMessageContaining("MORTISE_FOREIGN");
        assertThatExceptionOfType(RedisCommandExecutionException.class)
                .isThrownBy(() -> fence.set("text", "mine", 5, "a"))
                .withMessageContaining("WRONGTYPE");
        assertThat(commands.hgetall("hash")).isEqualTo(Map.of("value", "theirs"));
        assertThat(commands.get("text")).isEqualTo("theirs");
    }

    @Test
    void it_works_after_the_server_forgot_its_scripts() {
        fence.set("account", "1", 5, "a");
        commands.scriptFlush();
        assertThat(fence.set("account", "2", 5, "a")).isTrue();
    }

    @Test
    void data_is_never_source() {
        String odd = "\"'] }) return redis.call('FLUSHALL') --\n\0 ü";
        assertThat(fence.set("{a}:" + odd, odd, 5, odd)).isTrue();
        assertThat(fence.get("{a}:" + odd)).contains(odd);
    }

    @Test
    void bad_arguments_are_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fence.set("", "1", 5, "a"))
                .withMessageContaining("key");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fence.set("k", "1", 0, "a"))
                .withMessageContaining("fencingToken")
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fence.advance("k", 5, ""))
                .withMessageContaining("leaseId");
    }

    @Test
    void a_connection_in_a_transaction_is_reported() {
        try (StatefulRedisConnection<String, String> other = client.connect()) {
            other.sync().multi();
            assertThatIllegalStateException()
                    .isThrownBy(() -> RedisFence.of(other).set("account", "1", 5, "a"))
                    .withMessageContaining("MULTI");
        }
    }

    @Test
    void a_late_write_of_a_former_holder_is_refused() throws InterruptedException {
        try (Mortise mortise = RedisMortise.connect(redis.uri())) {
            Lease late = mortise.lock("account").acquire();
            assertThat(fence.set("account", "1", late)).isTrue();
            mortise.admin().forceRelease("account", "test");
            Lease next = mortise.lock("account").acquire();
            assertThat(fence.advance("account", next)).isTrue();
            assertThat(fence.set("account", "2", late)).isFalse();
            assertThat(fence.set("account", "3", next)).isTrue();
            assertThat(fence.get("account")).contains("3");
            next.close();
        }
    }

    @Test
    void of_many_writers_at_once_the_highest_token_has_the_last_word() {
        CompletableFuture<?>[] writers = IntStream.rangeClosed(1, 8)
                .mapToObj(writer -> CompletableFuture.runAsync(() -> {
                    for (long token = writer; token <= 800; token += 8) {
                        fence.set("account", Long.toString(token), token, "lease" + token);
                    }
                }))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(writers).join();
        assertThat(fence.get("account")).contains("800");
        assertThat(commands.hget("account", "fence")).isEqualTo("800");
    }
}
