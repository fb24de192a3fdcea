package dev.mortise.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RedisExtensionTest {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.create();

    @BeforeEach
    void every_test_begins_with_an_empty_server_that_answers() {
        assertThat(redis.server().command("DBSIZE")).isEqualTo(0L);
        assertThat(redis.server().command("SET", "k", "v")).isEqualTo("OK");
    }

    @Test
    @Order(1)
    void a_test_may_leave_keys() {
        assertThat(redis.server().command("SET", "left", "behind")).isEqualTo("OK");
    }

    @Test
    @Order(2)
    void a_test_may_kill_the_server() {
        redis.server().kill();
        assertThat(redis.server().isAlive()).isFalse();
    }

    @Test
    @Order(3)
    void a_test_may_pause_the_process() {
        redis.server().pause();
    }

    @Test
    @Order(4)
    void a_test_may_pause_the_clients() {
        assertThat(redis.server().command("CLIENT", "PAUSE", "60000")).isEqualTo("OK");
    }

    @Test
    @Order(5)
    void a_test_may_restart_the_server() {
        redis.server().restartWithoutData();
    }

    @Test
    @Order(6)
    void parameters_are_the_server(RedisProcess process, RedisServer server) {
        assertThat(process).isSameAs(redis.server()).isSameAs(server);
        assertThat(redis.uri()).isEqualTo(server.uri());
    }

    @Nested
    class NestedClass {
        @Test
        void a_nested_class_uses_the_same_server(RedisProcess process) {
            assertThat(process).isSameAs(redis.server());
        }
    }

    @Test
    @Order(7)
    void an_extension_that_was_not_registered_says_so() {
        assertThatIllegalStateException()
                .isThrownBy(() -> RedisExtension.create().server())
                .withMessageContaining("static");
    }
}
