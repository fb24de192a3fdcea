package dev.mortise.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import dev.mortise.tests.OnRedis;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Command time-outs that are shorter than the time between two looks of a driver's timer at its clock. */
final class ShortTimeoutsTest extends OnRedis {
    private static final int TRIES = 30;
    private static final long DRIVERS_TICK_MILLIS = 100;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @Override
    protected RedisProcess server() {
        return redis.server();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_request_ends_when_its_own_time_is_over(boolean shared) {
        RedisMortise.Builder builder =
                RedisMortise.builder().lease(Duration.ofSeconds(1)).commandTimeout(Duration.ofMillis(20));
        Mortise client = closing((shared ? builder.client(shared()) : builder.uri(server().uri())).build());
        server().pause();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long began = System.nanoTime();
            assertThatThrownBy(() -> client.lock("a").isLocked()).isInstanceOf(LockUnavailableException.class);
            shortest = Math.min(shortest, System.nanoTime() - began);
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(shortest)).isBetween(20L, DRIVERS_TICK_MILLIS - 20);
    }

    private RedisClient shared() {
        RedisClient client = RedisClient.create(server().uri());
        closing(() -> client.shutdown(0, 1, TimeUnit.SECONDS));
        return client;
    }
}
