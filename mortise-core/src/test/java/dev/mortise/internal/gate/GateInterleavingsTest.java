package dev.mortise.internal.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The state machine of the gate in all orders of what can happen: users that come, leave and release, steps that are done
 * late, requests that arrive in any order, another client that waits, a lease that is lost, time that passes. After each
 * event the holders exclude each other; at the end nobody is forgotten and nothing is left.
 */
class GateInterleavingsTest {
    /** w writer, r reader, W and R may leave while they wait, o another client comes, t time passes, l a lease is lost. */
    @ParameterizedTest
    @CsvSource({
        "ww, 6", "www, 4", "wwW, 4", "wwo, 4", "wwwo, 3", "wWot, 3", "wwl, 4", "wwlo, 3", "rr, 6", "rrw, 4", "wrr, 4",
        "rwr, 4", "rrwo, 3", "wrrw, 3", "rRwW, 3", "wrot, 3", "rrlw, 3", "wwwwt, 3", "wrwrwo, 2", "wwwwwwo, 2"
    })
    void in_every_order_holders_exclude_each_other_and_nobody_is_forgotten(String parts, int deviations) {
        int orders = new Explorer(deviations).explore(explorer -> new GateWorld(parts).run(explorer));
        assertThat(orders).isGreaterThan(50);
    }
}
