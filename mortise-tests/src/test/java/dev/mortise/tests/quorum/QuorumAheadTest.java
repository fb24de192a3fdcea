package dev.mortise.tests.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.internal.quorum.QuorumSettings;
import dev.mortise.internal.quorum.QuorumStore;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.testkit.memory.InMemoryLockStore;
import dev.mortise.tests.world.ClientTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client of a quorum whose clock is far ahead. */
final class QuorumAheadTest extends OnInMemoryQuorum {
    @Test
    void one_lock_that_is_ahead_carries_no_other_along() {
        QuorumStore ahead = store(TimeUnit.HOURS.toMicros(23));
        long token = ((AcquireReply.Granted) reply(ahead.acquire(request("ahead", 1)))).token();
        reply(ahead.release("ahead", id(1), 1, 0));
        long next = ((AcquireReply.Granted) reply(mine.store.acquire(request("ahead", 2)))).token();
        assertThat(next).isGreaterThan(token);
        reply(mine.store.release("ahead", id(2), 1, 0));
        for (int i = 3; i < 30; i++) {
            assertThat(reply(mine.store.acquire(request("lock" + i, i)))).isInstanceOf(AcquireReply.Granted.class);
            reply(mine.store.release("lock" + i, id(i), 1, 0));
        }
        pass(20_000);
        assertThat(nodes).allSatisfy(node -> assertThat(node.locks()).containsExactly("ahead"));
    }

    @Test
    void more_than_a_day_is_refused() {
        QuorumStore ahead = store(TimeUnit.HOURS.toMicros(25));
        assertThat(failure(ahead.acquire(request("ahead", 1))).effect()).isEqualTo(Effect.REFUSED);
        assertThat(reply(mine.store.acquire(request("ahead", 2)))).isInstanceOf(AcquireReply.Granted.class);
    }

    private QuorumStore store(long aheadMicros) {
        Map<String, InMemoryLockStore> ends = new LinkedHashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            ends.put("node" + (i + 1), new InMemoryLockStore(nodes.get(i)));
        }
        return new QuorumStore(ends, new ClientTime(time, aheadMicros), QuorumSettings.defaults());
    }

    private static AcquireRequest request(String lock, int lease) {
        return new AcquireRequest(lock, id(lease), Shape.MUTEX, 1, LEASE, false, 0, new Tag("owner", ""), 100, 0);
    }

    private static String id(int lease) {
        return "z".repeat(22) + "-" + lease;
    }
}
