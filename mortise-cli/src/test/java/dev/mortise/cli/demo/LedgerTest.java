package dev.mortise.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void rising_tokens_are_in_order_however_they_were_told() {
        ledger.granted(new Ledger.Grant(7, 20, "b"));
        ledger.granted(new Ledger.Grant(5, 10, "a"));
        assertThat(ledger.outOfOrder()).isZero();
        assertThat(ledger.after(5)).contains(new Ledger.Grant(7, 20, "b"));
    }

    @Test
    void a_token_that_falls_or_comes_twice_is_out_of_order() {
        ledger.granted(new Ledger.Grant(5, 10, "a"));
        ledger.granted(new Ledger.Grant(5, 20, "b"));
        ledger.granted(new Ledger.Grant(4, 30, "c"));
        assertThat(ledger.outOfOrder()).isEqualTo(2);
    }
}
