package dev.mortise.internal.acquire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.runtime.Explorer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The talk of one acquire with the server in all orders of what can happen. After each event the wait has one end at most,
 * something that will wake it, and a lease that counts from no later than the server's; at the end it is over.
 */
class ServerWaitOrdersTest {
    /**
     * q the local queue lets it ask, o as q and its wait outlasts an outage, h the local queue hands it the lock, f the
     * holder elsewhere releases, c the caller gives up, d its deadline passes, t one second passes, T six do, so that a claim is over, x the answer to a request is
     * lost, n a request is not sent, r a request is refused, k a grant is not copied, m a message comes twice, p a message may
     * have been lost.
     */
    @ParameterizedTest
    @CsvSource({
        "qf, waits, 8",
        "qfm, waits, 6",
        "qfmp, waits, 5",
        "qfTm, waits, 5",
        "qffTT, waits, 4",
        "qfdx, waits, 5",
        "qdxt, waits, 5",
        "qdnt, waits, 5",
        "qfcx, waits, 5",
        "qhfc, waits, 5",
        "qhd, waits, 6",
        "ofdn, waits, 5",
        "odnT, waits, 5",
        "ofxn, waits, 5",
        "qfrd, waits, 5",
        "ofrT, waits, 5",
        "qfTTxn, waits, 4",
        "qf, once, 8",
        "qfxt, once, 5",
        "qxnd, once, 5",
        "qfTd, once, 5",
        "qf, copied, 8",
        "qfmk, copied, 5",
        "qfxT, copied, 4",
        "qfTm, copied, 4",
        "qfcd, copied, 5",
        "qfnr, copied, 4",
        "ofxTT, copied, 4",
        "qf, endless, 8",
        "qfmTd, endless, 4"
    })
    void in_every_order_the_wait_ends_once_and_is_never_forgotten(String parts, WaitWorld.Kind kind, int deviations) {
        int orders = new Explorer(deviations).explore(explorer -> new WaitWorld(parts, kind).run(explorer));
        assertThat(orders).isGreaterThan(1);
    }
}
