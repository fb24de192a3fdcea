package dev.mortise.tests.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.Lease;
import dev.mortise.QuorumMortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.FaultProxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node of a quorum that forgets its votes gives none for a while, whoever meets it first. */
final class QuorumDataLossTest {
    @Test
    void who_comes_first_after_all_data_of_a_node_was_deleted_does_not_hold_what_another_holds() throws Exception {
        try (IndependentMasters masters = IndependentMasters.start(3);
                FaultProxy third = FaultProxy.to(masters.nodes().get(2))) {
            List<String> uris = masters.uris();
            try (QuorumMortise holder = RedisMortise.quorum(uris.get(0), uris.get(1), third.uri())) {
                third.refuse(true);
                third.closeAll(Close.RST);
                Lease held = holder.lock("lock").acquire();
                masters.nodes().get(1).command("FLUSHALL");
                try (QuorumMortise newcomer = RedisMortise.quorum(uris.get(0), uris.get(1), uris.get(2))) {
                    Optional<Lease> second = newcomer.lock("lock").tryAcquire();
                    assertThat(held.isValid()
                                    && second.isPresent()
                                    && second.get().isValid())
                            .as("two hold the lock")
                            .isFalse();
                }
            }
        }
    }
}
