package dev.mortise.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.runtime.Explorer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The state machine of the queue in all orders of what can happen: users that come, leave and release, steps that are done
 * late, requests that arrive in any order, another client that waits, a lease that is lost, time that passes. After each
 * event the holders exclude each other; at the end nobody is forgotten and nothing is left.
 */
class LocalQueueInterleavingsTest {
    /**
     * w writer, r reader, W and R may leave while they wait, v asks once, o another client comes, t time passes, l a lease is
     * lost, f a request for tokens fails, u a request cannot be sent, n one of
     * somebody who waits is not answered.
     */
    @ParameterizedTest
    @CsvSource({
        "ww, 8",
        "www, 5",
        "wwW, 5",
        "wwo, 5",
        "wwwo, 4",
        "wWot, 4",
        "wwl, 5",
        "wwlo, 4",
        "rr, 8",
        "rrw, 4",
        "wrr, 4",
        "rwr, 4",
        "rrwo, 4",
        "wrrw, 4",
        "rRwW, 3",
        "wrot, 4",
        "rrlw, 4",
        "wwwwt, 4",
        "wrwrwo, 3",
        "wwwwwwo, 3",
        "rrrrwo, 3",
        "rwrwtt, 3",
        "wwft, 4",
        "rwwftt, 3",
        "wwv, 4",
        "vvwo, 4",
        "wwwwwfto, 3",
        "wwwu, 4",
        "wwwon, 4",
        "wWwwon, 3",
        "wwwonu, 3",
        "wrrwon, 3",
        "wrrwuo, 3",
        "wRrwtt, 3",
        "rWrtt, 4"
    })
    void in_every_order_holders_exclude_each_other_and_nobody_is_forgotten(String parts, int deviations) {
        int orders = new Explorer(deviations).explore(explorer -> new QueueWorld(parts).run(explorer));
        assertThat(orders).isGreaterThan(50);
    }
}
