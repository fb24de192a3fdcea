package dev.mortise.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IndependentMastersExtensionTest {
    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @BeforeEach
    void every_test_begins_with_all_servers_and_without_keys() {
        assertThat(masters.deployment().nodes()).allMatch(RedisProcess::isAlive);
        assertThat(master().command("GET", "k")).isNull();
        assertThat(master().command("SET", "k", "v")).isEqualTo("OK");
    }

    @Test
    @Order(1)
    void a_test_may_leave_keys() {
        assertThat(master().command("GET", "k")).isEqualTo("v");
    }

    @Test
    @Order(2)
    void a_test_may_kill_a_master_and_leave() {
        master().kill();
    }

    @Test
    @Order(3)
    void a_test_may_pause_a_process() {
        master().pause();
    }

    @Test
    @Order(4)
    void a_test_may_pause_the_clients() {
        assertThat(master().command("CLIENT", "PAUSE", "60000", "WRITE")).isEqualTo("OK");
    }

    @Test
    @Order(5)
    void a_test_may_kill_all() {
        masters.deployment().nodes().forEach(RedisProcess::kill);
    }

    @Test
    @Order(7)
    void a_parameter_is_the_deployment(IndependentMasters parameter) {
        assertThat(parameter).isSameAs(masters.deployment());
    }

    @Nested
    class NestedClass {
        @Test
        void a_nested_class_uses_the_same_deployment(IndependentMasters parameter) {
            assertThat(parameter).isSameAs(masters.deployment());
        }
    }

    private static RedisProcess master() {
        return masters.deployment().nodes().get(0);
    }
}
