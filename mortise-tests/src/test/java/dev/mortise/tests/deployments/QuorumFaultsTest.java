package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Durability;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LockUnavailableException;
import dev.mortise.QuorumMortise;
import dev.mortise.QuorumStatus;
import dev.mortise.ReleaseOutcome;
import dev.mortise.internal.store.Fencing;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.IndependentMastersExtension;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes of a quorum that are down, slow, cut off, restarted, or ahead of the others. */
final class QuorumFaultsTest extends OnQuorum {
    @RegisterExtension
    static final IndependentMastersExtension masters = IndependentMastersExtension.create(5);

    @Test
    void five_masters_with_two_down_serve_as_before() throws Exception {
        QuorumMortise client = client(masters.uris());
        Lease before = client.lock("a").acquire();
        kill(0, 1);
        Lease after = client.lock("b").acquire();
        assertThat(before.ensure(LEASE.minusSeconds(1)).isValid()).isTrue();
        assertThat(client(masters.uris()).lock("a").tryAcquire()).isEmpty();
        assertThat(before.release()).isEqualTo(ReleaseOutcome.RELEASED);
        Lease next = client.lock("a").acquire();
        assertThat(next.fencingToken()).isGreaterThan(before.fencingToken());
        assertThat(after.isValid()).isTrue();
    }

    @Test
    void with_three_of_five_down_it_says_so_of_each_and_works_when_one_is_back() throws Exception {
        QuorumMortise client = client(masters.uris());
        kill(0, 1, 2);
        assertThatThrownBy(() -> client.lock("a").tryAcquire())
                .isInstanceOf(LockUnavailableException.class)
                .satisfies(failure -> {
                    for (int i : List.of(0, 1, 2)) {
                        assertThat(failure).hasMessageContaining(":" + node(i).port());
                    }
                });
        QuorumStatus status = client.status();
        assertThat(status.hasMajority()).isFalse();
        assertThat(status.nodes().stream().map(QuorumStatus.Node::reachable))
                .containsExactly(false, false, false, true, true);
        node(2).restartWithoutData();
        // It gives no votes for the quiet period, which only the other two can bridge.
        until("the third is back", () -> client.status().hasMajority());
        try (Lease lease = client.lock("a").acquire()) {
            assertThat(lease.isValid()).isTrue();
        }
    }

    @Test
    void a_client_that_starts_while_two_are_down_finds_them_later() throws Exception {
        kill(0, 1);
        QuorumMortise client = client(masters.uris());
        client.lock("a").acquire().release();
        node(0).restartWithoutData();
        node(1).restartWithoutData();
        until("all are there", () -> client.status().reachable() == 5);
    }

    @Test
    void no_client_starts_without_a_majority() {
        kill(0, 1, 2);
        assertThatThrownBy(() -> client(masters.uris()))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining(":" + node(0).port())
                .hasMessageContaining(":" + node(2).port());
    }

    @Test
    void frozen_nodes_do_not_slow_the_others() throws Exception {
        QuorumMortise client = client(masters.uris());
        node(0).pause();
        node(1).pause();
        for (int i = 0; i < 200; i++) {
            client.lock("a").acquire().release();
        }
        try (Lease lease = client.lock("a").acquire()) {
            lease.extend(LEASE);
            assertThat(client.lock("a").inspect().holders()).hasSize(1);
        }
        node(0).resume();
        node(1).resume();
        until("all are reachable again", () -> client.status().reachable() == 5);
        until("nothing is left of it", () -> holders("a") == 0);
    }

    @Test
    void who_is_cut_off_with_a_minority_loses_the_lock_and_the_others_get_it() throws Exception {
        List<FaultProxy> proxies = proxies();
        List<String> through = proxies.stream().map(FaultProxy::uri).toList();
        QuorumMortise cutOff = client(through);
        DistributedLock here = client(masters.uris()).lock("a");
        Lease lost = cutOff.lock("a").acquire();
        cut(proxies.subList(0, 3));
        CompletableFuture<Lease> waiting = here.acquireAsync(AcquireOptions.defaults());
        Lease next = get(waiting);
        assertThat(lost.isValid()).isFalse();
        assertThat(next.fencingToken()).isGreaterThan(lost.fencingToken());
        LeaseLoss loss = get(lost.lost().toCompletableFuture());
        assertThat(loss.cause()).isIn(LeaseLoss.Cause.EXPIRED, LeaseLoss.Cause.UNREACHABLE);
        assertThatThrownBy(() -> cutOff.lock("b").tryAcquire()).isInstanceOf(LockUnavailableException.class);
        proxies.forEach(FaultProxy::heal);
        until("the majority is back", () -> cutOff.status().hasMajority());
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void who_is_cut_off_from_a_minority_keeps_the_lock() throws Exception {
        List<FaultProxy> proxies = proxies();
        QuorumMortise holder = client(proxies.stream().map(FaultProxy::uri).toList());
        DistributedLock there = client(masters.uris()).lock("a");
        Lease held = holder.lock("a").acquire();
        cut(proxies.subList(0, 2));
        // Two whole leases later than it would have ended without renewal.
        for (int renewals = 0; renewals < 6; renewals++) {
            Lease renewed = held;
            until(
                    "it is renewed",
                    () -> renewed.remaining().compareTo(LEASE.multipliedBy(3).dividedBy(4)) > 0);
            held.ensure(LEASE.minusMillis(500));
            assertThat(there.tryAcquire()).isEmpty();
        }
        assertThat(held.release()).isEqualTo(ReleaseOutcome.RELEASED);
        try (Lease next = there.acquire()) {
            assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        }
    }

    @Test
    void nodes_that_restart_without_data_one_after_the_other_free_no_lock() throws Exception {
        QuorumMortise client = client(masters.uris());
        DistributedLock there = client(masters.uris()).lock("a");
        Lease held = client.lock("a").acquire();
        for (RedisProcess node : masters.deployment().nodes()) {
            node.restartWithoutData();
            until("it is back", () -> client.status().reachable() == 5);
            held.extend(LEASE);
            assertThat(there.tryAcquire()).isEmpty();
        }
        until("all nodes that were restarted have it again", () -> holders("a") == 5);
        long token = held.fencingToken();
        held.release();
        try (Lease next = there.acquire()) {
            assertThat(next.fencingToken()).isGreaterThan(token);
        }
    }

    @Test
    void a_node_whose_tokens_are_ahead_is_outbid() throws Exception {
        QuorumMortise client = client(masters.uris());
        // As after grants by a client whose clock is 10 s ahead, of which only this node knows.
        long ahead = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis() + 10_000);
        for (int i = 0; i < 3; i++) {
            node(i).command("HSET", "mortise:{a}", "v", "- 0 " + (ahead + i + Fencing.LAG) + " 0 0 1 0 0 0");
            node(i).command("PEXPIRE", "mortise:{a}", "60000");
        }
        try (Lease lease = client.lock("a").acquire()) {
            assertThat(lease.fencingToken()).isGreaterThan(ahead);
        }
        try (Lease lease = client(masters.uris()).lock("a").acquire()) {
            assertThat(lease.fencingToken()).isGreaterThan(ahead + 1);
        }
    }

    @Test
    void a_wait_ends_after_so_many_tries_if_that_is_wanted() throws Exception {
        Lease held = client(masters.uris()).lock("a").acquire();
        QuorumMortise impatient = closing(builder(masters.uris()).maxAttempts(1).build());
        assertThat(impatient.lock("a").tryAcquire(PATIENCE)).isEmpty();
        assertThat(held.isValid()).isTrue();
    }

    @Test
    void readers_share_and_what_only_one_authority_can_is_refused() throws Exception {
        QuorumMortise client = client(masters.uris());
        DistributedReadWriteLock lock = client.readWriteLock("a");
        Lease one = lock.readLock().acquire();
        Lease two = client(masters.uris()).readWriteLock("a").readLock().acquire();
        assertThat(lock.writeLock().tryAcquire()).isEmpty();
        assertThatThrownBy(() -> lock.upgrade(one, AcquireOptions.defaults()))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(
                        () -> client.lock("b").acquire(AcquireOptions.defaults().durability(Durability.replicas(1))))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("quorum");
        one.release();
        two.release();
        try (Lease write = lock.writeLock().acquire()) {
            Lease read = lock.downgrade(write);
            assertThat(client(masters.uris()).readWriteLock("a").readLock().tryAcquire())
                    .isPresent();
            read.release();
        }
    }

    @Test
    void a_server_named_twice_in_different_ways_is_refused() {
        List<String> twice = List.of(node(0).uri(), node(1).uri(), "redis://localhost:" + node(1).port());
        assertThatThrownBy(() -> client(twice))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("vote twice");
        assertThatThrownBy(() -> builder(List.of(node(0).uri(), node(0).uri())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("named before");
    }

    private static RedisProcess node(int i) {
        return masters.deployment().nodes().get(i);
    }

    private static void kill(int... which) {
        for (int i : which) {
            node(i).kill();
        }
    }

    private List<FaultProxy> proxies() {
        return masters.deployment().nodes().stream()
                .map(node -> closing(FaultProxy.to(node)))
                .toList();
    }

    private static void cut(List<FaultProxy> proxies) {
        for (FaultProxy proxy : proxies) {
            proxy.blackHole(Direction.TO_SERVER, true);
            proxy.blackHole(Direction.TO_CLIENT, true);
        }
    }

    /** On how many nodes somebody holds it. */
    private static long holders(String lock) {
        return masters.deployment().nodes().stream()
                .filter(node -> String.valueOf(node.command("HKEYS", "mortise:{" + lock + "}"))
                        .contains("h:"))
                .count();
    }
}
