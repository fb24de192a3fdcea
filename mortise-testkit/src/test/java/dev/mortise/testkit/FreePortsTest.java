package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreePortsTest {
    @Test
    void ports_differ_and_none_is_one_that_the_system_gives_to_outgoing_connections() {
        int first = FreePorts.next();
        int second = FreePorts.nextWithBus();
        assertThat(second).isNotEqualTo(first);
        assertThat(first).isBetween(12_000, 21_999);
        assertThat(second).isBetween(12_000, 21_999);
    }

    @Test
    void a_jvm_takes_the_part_that_it_is_given() {
        assertThat(FreePorts.part("1")).isEqualTo(1);
        assertThat(FreePorts.part("8")).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "9", "${surefire.forkNumber}", "one"})
    void a_part_that_is_none_is_refused(String value) {
        assertThatThrownBy(() -> FreePorts.part(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mortise.testkit.part")
                .hasMessageContaining("'" + value + "'");
    }
}
