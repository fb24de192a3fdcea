package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.Renewal;
import dev.mortise.admin.LockAdmin;
import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.StaleReport.Outcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nobody will release any more is found and removed; what is in use stays. */
@SuppressWarnings("try") // what is held is held for its time
abstract class StaleContract extends ContractClients {
    private static final AcquireOptions SOON =
            AcquireOptions.noWait().lease(Duration.ofMillis(300)).renewal(Renewal.OFF);

    @Test
    void a_lease_that_nobody_took_over_is_reported_then_removed_and_then_gone() throws Exception {
        Mortise client = client();
        client.lock(name()).acquire(SOON.label("left over")).detach();
        until("it is over", () -> !client.lock(name()).isLocked());
        LockAdmin admin = client().admin();
        List<StaleReport.Item> dry = mine(admin.collectStale(StalePolicy.defaults(), true));
        assertThat(dry).singleElement().satisfies(item -> {
            assertThat(item.kind()).isEqualTo(StaleKind.EXPIRED_LEASE);
            assertThat(item.outcome()).isEqualTo(Outcome.WOULD_BE_REMOVED);
            assertThat(item.label()).isEqualTo("left over");
            assertThat(item.since()).isPresent();
            assertThat(item.toString()).contains(name(), "would be removed");
        });
        StaleReport done = admin.collectStale(StalePolicy.defaults(), false);
        assertThat(done.isComplete()).isTrue();
        assertThat(done.locks()).isPositive();
        assertThat(mine(done)).extracting(StaleReport.Item::outcome).containsExactly(Outcome.REMOVED);
        assertThat(mine(admin.collectStale(StalePolicy.defaults(), false))).isEmpty();
    }

    @Test
    void what_is_in_use_stays() throws Exception {
        Lease held = client().lock(name()).acquire(AcquireOptions.defaults().untilReleased());
        Background<Lease> waiter = waiting(client().lock(name()), 0);
        for (int i = 0; i < 3; i++) {
            assertThat(mine(client().admin().collectStale(StalePolicy.defaults(), false)))
                    .isEmpty();
        }
        assertThat(held.isValid()).isTrue();
        held.release();
        assertThat(waiter.get().isValid()).isTrue();
    }

    private List<StaleReport.Item> mine(StaleReport report) {
        return report.items().stream()
                .filter(item -> item.lockName().equals(name()))
                .toList();
    }
}
