package dev.mortise.cli.demo.scene;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChecksTest {
    private final Checks checks = new Checks();

    @Test
    void all_checks_must_pass() {
        checks.equal("first", 3, 3);
        assertThat(checks.allPassed()).isTrue();
        assertThat(checks.table()).contains("All 1 checks passed.");
        checks.equal("second", 3, 4);
        assertThat(checks.allPassed()).isFalse();
        assertThat(checks.table()).contains("FAILED").contains("1 of 2 checks FAILED.");
    }

    @Test
    void nothing_checked_is_nothing_passed() {
        assertThat(checks.allPassed()).isFalse();
    }

    @Test
    void columns_stand_below_each_other() {
        checks.add("a", "expected this", "x", true);
        checks.add("a longer one", "y", "seen that", false);
        assertThat(checks.table().lines().filter(line -> line.startsWith("a ")))
                .containsExactly(
                        "a             expected this  x          ok", "a longer one  y              seen that  FAILED");
    }
}
