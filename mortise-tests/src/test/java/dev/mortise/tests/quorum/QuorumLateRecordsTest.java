package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.WaitRegister.Term;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.StoreOperation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records of long waits that one node has not answered. */
final class QuorumLateRecordsTest extends OnInMemoryQuorum {
    private static final Term TERM = new Term(15_000, 2_000);

    private final WaitRecord record = new WaitRecord(
            "owner",
            1,
            "client",
            new Tag("owner", ""),
            0,
            DeadlockVictim.YOUNGEST,
            List.of(new Wanted("a", "wait", "wait", 1, 1, 0)),
            List.of(new Held("b", "hold", 1, 0)));

    @Test
    void one_that_was_taken_back_is_refused_by_the_node_where_it_comes_late() {
        mine.wires.get(1).faults().loseNextRequest(StoreOperation.WAIT);
        reply(mine.store.waits().enter(record, TERM));
        assertThat(nodes.get(0).waitingOwners()).hasSize(1);
        reply(mine.store.waits().forget("owner", 2, 0));
        assertThat(nodes.get(0).waitingOwners()).isEmpty();
        reply(new InMemoryLockStore(nodes.get(1)).waits().enter(record, TERM));
        assertThat(nodes.get(1).waitingOwners()).isEmpty();
    }

    @Test
    void what_a_majority_has_for_certain_is_certain() {
        reply(mine.store.waits().enter(record, TERM));
        assertThat(reply(mine.store.waits().look(List.of("b"))).certain()).containsExactly("owner");
        pass(1_999);
        mine.wires.get(2).faults().loseNextRequest(StoreOperation.WAIT);
        reply(mine.store.waits().enter(record, TERM));
        pass(1_000);
        assertThat(reply(mine.store.waits().look(List.of("b"))).certain()).containsExactly("owner");
        pass(1_000);
        assertThat(reply(mine.store.waits().look(List.of("b"))).certain()).isEmpty();
        assertThat(reply(mine.store.waits().look(List.of("b"))).records()).hasSize(1);
    }
}
