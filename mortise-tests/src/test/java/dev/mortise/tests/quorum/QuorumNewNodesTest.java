package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.testkit.memory.InMemoryServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which nodes are new, where not all can be asked. */
final class QuorumNewNodesTest extends OnInMemoryQuorum {
    @Test
    void nodes_are_not_new_while_one_that_may_have_given_votes_cannot_be_asked() {
        mine.wire(2).disconnect();
        mine.granted(1);
        nodes.get(1).restart(InMemoryServer.Snapshot.empty());
        List<InMemoryLockStore> wires = new ArrayList<>();
        Map<String, InMemoryLockStore> ends = new LinkedHashMap<>();
        for (InMemoryServer node : nodes) {
            InMemoryLockStore wire = new InMemoryLockStore(node, Runnable::run, Optional.of(QUIET));
            wires.add(wire);
            ends.put("node" + wires.size(), wire);
        }
        wires.get(0).disconnect();
        QuorumStore newcomer = new QuorumStore(ends, time, QuorumSettings.defaults());
        newcomer.open("n".repeat(22), mine).join();
        AcquireReply reply = reply(newcomer.acquire(new AcquireRequest(
                LOCK, "n".repeat(22) + "-1", Shape.MUTEX, 1, LEASE, true, 0, new Tag("owner", ""), 100, 0)));
        mine.wire(1).reconnect();
        mine.wire(2).reconnect();
        assertThat(reply).isNotInstanceOf(AcquireReply.Granted.class);
        assertThat(mine.renew(1)).isInstanceOf(RenewReply.Renewed.class);
    }
}
