package dev.mortise.cli.demo.deadlock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WrappedTest {
    private static final String MESSAGE = "Lock 'b' is waited for in a deadlock of 2 owners, and this wait began last:"
            + " main#1 on app/7 (one) holds 'a' since 2026-11-28T13:30:01.644Z and waits for 'b' since"
            + " 2026-11-28T13:30:01.651Z; main#1 on app/8 (two) holds 'b' and waits for 'a'";

    @Test
    void each_owner_begins_a_line_and_its_locks_stand_below_it() {
        assertThat(Wrapped.lines(MESSAGE))
                .containsExactly(
                        "Lock 'b' is waited for in a deadlock of 2 owners, and this wait began last:",
                        "main#1 on app/7 (one)",
                        "    holds 'a' since 2026-11-28T13:30:01.644Z",
                        "    and waits for 'b' since 2026-11-28T13:30:01.651Z;",
                        "main#1 on app/8 (two)",
                        "    holds 'b'",
                        "    and waits for 'a'");
    }

    @Test
    void no_word_gets_lost_and_no_line_is_too_long() {
        String longer = "word ".repeat(40) + "x".repeat(90) + " " + MESSAGE;
        assertThat(String.join(" ", Wrapped.lines(longer)).split(" +")).containsExactly(longer.split(" "));
        assertThat(Wrapped.lines(longer))
                .allMatch(line -> line.length() <= 76 || line.strip().length() == 90);
    }
}
