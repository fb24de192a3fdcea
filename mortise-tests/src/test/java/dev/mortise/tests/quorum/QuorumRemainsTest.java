package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.internal.stale.StaleSweep;
import dev.mortise.internal.store.AcquireReply.Granted;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What dead clients left on the nodes of a quorum. */
final class QuorumRemainsTest extends OnInMemoryQuorum {
    @Test
    void votes_without_expiry_of_a_client_that_died_go_on_all_nodes() {
        granted();
        pass(80_000);
        assertThat(sweep(true).items())
                .extracting(StaleReport.Item::kind)
                .containsExactly(StaleKind.UNTIL_RELEASED_LEASE);
        assertThat(on(0)).contains("holder");
        StaleReport report = sweep(false);
        assertThat(report.removed()).isOne();
        assertThat(report.locks()).isOne();
        for (int node = 0; node < 3; node++) {
            assertThat(on(node)).doesNotContain("holder");
        }
    }

    @Test
    void what_one_node_has_heard_of_stays_on_those_that_its_client_does_not_reach() {
        long token = granted();
        mine.wire(0).disconnect();
        RenewRequest renewal =
                new RenewRequest(LOCK, mine.lease(1), 0, false, Shape.MUTEX, 1, token, new Tag("owner", ""));
        for (int i = 0; i < 12; i++) {
            pass(10_000);
            mine.store.renew(List.of(renewal));
        }
        StaleReport report = sweep(false);
        assertThat(report.found()).as("%s", report).isZero();
        assertThat(on(0)).contains("holder");
        assertThat(on(1)).contains("holder");
    }

    @Test
    void with_one_node_away_the_others_are_cleaned() {
        granted();
        pass(80_000);
        other.wire(2).disconnect();
        assertThat(sweep(false).removed()).isOne();
        assertThat(on(0)).doesNotContain("holder");
        assertThat(on(2)).contains("holder");
    }

    @Test
    void a_hold_is_ended_by_its_token_on_a_majority_and_no_later_one_is() {
        long token = granted();
        other.wire(2).disconnect();
        assertThat(end(token + 1)).isZero();
        assertThat(on(0)).contains("holder");
        assertThat(end(token)).isOne();
        assertThat(on(0) + on(1)).doesNotContain("holder");
        assertThat(end(token)).isZero();
    }

    private int end(long token) {
        return reply(other.store.force(LOCK, Optional.of(new ExactHold(mine.lease(1), token)), "test", 0));
    }

    private StaleReport sweep(boolean dryRun) {
        return new StaleSweep(other.store, StalePolicy.defaults(), dryRun, () -> false).run();
    }

    private long granted() {
        return ((Granted) reply(mine.store.acquire(new AcquireRequest(
                        LOCK, mine.lease(1), Shape.MUTEX, 1, 0, false, 0, new Tag("owner", ""), 100, 0))))
                .token();
    }
}
