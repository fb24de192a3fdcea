package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Defects of the two Redlock libraries that were reproduced there; each must be absent here. */
final class QuorumSeedDefectsTest extends OnQuorum {
    private static final String KEY = "mortise:{a}";

    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(3);

    @Test
    @DisplayName("D10 a lease is taken over although its nodes keep it for different times")
    void a_lease_is_taken_over_although_its_nodes_keep_it_for_different_times() throws Exception {
        Duration patient = Duration.ofSeconds(30);
        QuorumMortise client = closing(builder(masters.uris())
                .lease(patient)
                .nodeTimeout(Duration.ofSeconds(1))
                .build());
        Lease lease = client.lock("a").acquire();
        node(1).pause();
        Duration most = patient.minusSeconds(1);
        until("some of it is over", () -> lease.remaining().compareTo(most) < 0);
        lease.ensure(most);
        node(1).resume();
        QuorumMortise other = closing(builder(masters.uris()).lease(patient).build());
        Lease adopted = other.adopt(lease.detach());
        assertThat(adopted.isValid()).isTrue();
        assertThat(adopted.fencingToken()).isEqualTo(lease.fencingToken());
        adopted.release();
        until("it is free everywhere", () -> keysWithHolder() == 0);
    }

    @Test
    @DisplayName("D13 a lock is not locked because two owners have a node each")
    void a_lock_is_not_locked_because_two_owners_have_a_node_each() throws Exception {
        QuorumMortise client = client(masters.uris());
        DistributedLock lock = client.lock("a");
        Lease mine = lock.acquire();
        String record = holder(0);
        mine.release();
        until("it is free everywhere", () -> keysWithHolder() == 0);
        forge(node(0), record, "one");
        forge(node(1), record, "two");
        assertThat(lock.isLocked()).isFalse();
        forge(node(2), record, "two");
        assertThat(lock.isLocked()).isTrue();
    }

    @Test
    @DisplayName("D26 a node that is out of memory is a node that failed, and nothing is left of the attempt")
    void a_node_that_is_out_of_memory_is_a_node_that_failed() throws Exception {
        QuorumMortise client = client(masters.uris());
        DistributedLock lock = client.lock("a");
        full(0, true);
        lock.acquire().release();
        full(1, true);
        try {
            assertThatThrownBy(lock::tryAcquire)
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("OOM");
            until("nothing is left of the attempt", () -> keysWithHolder() == 0);
        } finally {
            full(0, false);
            full(1, false);
        }
        lock.acquire().release();
    }

    @Test
    @DisplayName("D28 whether it is locked is known with a node down, and is not what one node says")
    void whether_it_is_locked_is_known_with_a_node_down() throws Exception {
        QuorumMortise client = client(masters.uris());
        DistributedLock lock = client.lock("a");
        Lease mine = lock.acquire();
        String record = holder(0);
        node(2).kill();
        assertThat(lock.isLocked()).isTrue();
        mine.release();
        assertThat(lock.isLocked()).isFalse();
        until("it is free everywhere", () -> keysWithHolder() == 0);
        forge(node(0), record, "one");
        assertThat(lock.isLocked()).isFalse();
    }

    private static RedisProcess node(int i) {
        return masters.deployment().nodes().get(i);
    }

    private static void full(int node, boolean on) {
        node(node).command("CONFIG", "SET", "maxmemory", on ? "1" : "0");
    }

    private static long keysWithHolder() {
        return masters.deployment().nodes().stream()
                .filter(RedisProcess::isAlive)
                .filter(node -> fields(node).stream().anyMatch(field -> field.startsWith("h:")))
                .count();
    }

    private static List<String> fields(RedisProcess node) {
        return node.command("HKEYS", KEY) instanceof List<?> all
                ? all.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The holder that a node has on record. */
    private static String holder(int node) {
        String field = fields(node(node)).stream()
                .filter(each -> each.startsWith("h:"))
                .findFirst()
                .orElseThrow();
        return String.valueOf(node(node).command("HGET", KEY, field));
    }

    /** As if that lease stood on the node. */
    private static void forge(RedisProcess node, String record, String leaseId) {
        String expiry = record.split("\t")[2];
        node.command("HSET", KEY, "v", "2:m:1 1 1 " + expiry + " 1 1 0 0 0", "h:" + leaseId, record);
    }
}
