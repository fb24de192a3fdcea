package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.DistributedLock;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.ClusterExtension;
import dev.mortise.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes of a cluster come and go while locks are held, waited for and released. */
@SuppressWarnings("try") // what is held is held for its time
final class ClusterFailoverTest extends OnCluster {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    /** Longer than a failover takes, so that there is time to renew on the new master. */
    private static final Duration LONG = Duration.ofSeconds(8);

    private static final Duration SHORT = Duration.ofSeconds(3);

    /** How a master is replaced. */
    enum Trouble {
        PLANNED,
        KILLED,
        FROZEN;

        void befalls(ClusterDeployment deployment, RedisProcess master) {
            switch (this) {
                case PLANNED -> deployment.failover(master);
                case KILLED -> master.kill();
                case FROZEN -> master.pause();
            }
            deployment.awaitFailoverFrom(master);
        }
    }

    /** What may happen to a node. */
    enum Silence {
        KILLED,
        FROZEN;

        void befalls(RedisProcess node) {
            if (this == KILLED) {
                node.kill();
            } else {
                node.pause();
            }
        }
    }

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void a_lease_goes_on_under_its_token_and_waiters_come_after_it(Trouble trouble) throws Exception {
        DistributedLock here = client(LONG).lock("f");
        DistributedLock there = client(LONG).lock("f");
        Lease held = answer(() -> here.acquire());
        CompletableFuture<Lease> waiting = inThread(() -> answer(() -> there.acquire()));
        untilWaiting(here, 1);
        RedisProcess old = masterOf("f");
        untilCopied(old);
        trouble.befalls(cluster(), old);
        DistributedLock newcomer = client(LONG).lock("f");
        untilRenewed("f");
        assertThat(held.isValid()).isTrue();
        assertThat(waiting).isNotDone();
        assertThat(answer(() -> newcomer.tryAcquire())).isEmpty();
        if (trouble == Trouble.FROZEN) {
            old.resume();
            until(
                    "it is a replica",
                    () -> "slave".equals(old.info("replication").get("role")));
        }
        release(held);
        Lease next = get(waiting);
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        release(next);
        answer(() -> newcomer.acquire()).close();
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Silence.class)
    void a_release_that_meets_a_dead_master_is_done_at_the_next(Silence silence) throws Exception {
        DistributedLock here = client(SHORT).lock("f");
        DistributedLock there = client(SHORT).lock("f");
        Lease held = answer(() -> here.acquire());
        CompletableFuture<Lease> waiting = inThread(() -> answer(() -> there.acquire()));
        untilWaiting(here, 1);
        RedisProcess old = masterOf("f");
        silence.befalls(old);
        assertThat(held.release()).isEqualTo(ReleaseOutcome.UNKNOWN);
        cluster().awaitFailoverFrom(old);
        Lease next = get(waiting);
        assertThat(next.fencingToken()).isGreaterThan(held.fencingToken());
        next.close();
        untilNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Silence.class)
    void messages_come_again_when_the_node_they_came_from_is_gone(Silence silence) throws Exception {
        Mortise here = client(LONG);
        List<RedisProcess> before = listened(cluster().nodes());
        assertThat(before).hasSize(1);
        RedisProcess inbox = before.get(0);
        // Of a slot that this node never had: the client need not learn where it is now.
        String name = named("f", lock -> masterOf(lock) != inbox);
        silence.befalls(inbox);
        List<RedisProcess> others =
                cluster().nodes().stream().filter(node -> node != inbox).toList();
        until("another node is listened to", () -> listened(others).size() == 1);
        Mortise there = client(LONG);
        Lease held = answer(() -> there.lock(name).acquire());
        CompletableFuture<Lease> waiting =
                inThread(() -> answer(() -> here.lock(name).acquire()));
        untilWaiting(there.lock(name), 1);
        release(held);
        get(waiting).close();
    }

    @ParameterizedTest
    @EnumSource(Silence.class)
    void leases_on_other_nodes_are_renewed_while_one_is_dead_and_not_replaced(Silence silence) throws Exception {
        cluster().nodes().forEach(node -> node.command("CONFIG", "SET", "cluster-require-full-coverage", "no"));
        Mortise client = client(SHORT);
        RedisProcess dead = masterOf("f");
        List<Lease> alive = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String name = "f" + i;
            Lease lease = answer(() -> client.lock(name).acquire());
            if (!masterOf(name).equals(dead)) {
                alive.add(lease);
            }
        }
        Lease there = answer(() -> client.lock("f").acquire());
        cluster().replicasOf(dead).forEach(RedisProcess::kill);
        silence.befalls(dead);
        assertThat(get(there.lost().toCompletableFuture())).isNotNull();
        long start = System.nanoTime();
        until(
                "two leases have passed",
                () -> System.nanoTime() - start > SHORT.multipliedBy(2).toNanos());
        assertThat(alive).hasSizeGreaterThan(3).allMatch(Lease::isValid);
        alive.forEach(OnCluster::release);
        String other = named("g", lock -> masterOf(lock) != dead);
        answer(() -> client.lock(other).acquire()).close();
    }

    @Test
    void connections_that_carry_nothing_any_more_are_replaced() throws Exception {
        RedisProcess node = masterOf("f");
        FaultProxy proxy = closing(FaultProxy.to(node));
        cluster().announce(node, proxy.port());
        try {
            Mortise client = client(LONG);
            Lease held = answer(() -> client.lock("f").acquire());
            until("renewed", () -> proxy.connections() >= 2);
            int last = proxy.connections();
            proxy.swallowRequests(request -> request.connection().number() <= last);
            until(
                    "requests are answered again",
                    () -> answered(() -> client.lock("f").isLocked()));
            assertThat(held.isValid()).isTrue();
            until(
                    "and renewals",
                    () -> answered(() -> {
                        held.extend(LONG);
                        return held.isValid();
                    }));
            release(held);
        } finally {
            cluster().announce(node, node.port());
        }
    }

    /** The nodes on which somebody listens for messages. */
    private static List<RedisProcess> listened(List<RedisProcess> nodes) {
        return nodes.stream()
                .filter(node ->
                        node.command("PUBSUB", "CHANNELS", "mortise:inbox:*") instanceof List<?> all && !all.isEmpty())
                .toList();
    }

    private void untilCopied(RedisProcess master) {
        untilCopied(master, cluster().replicasOf(master).get(0));
    }

    /** Until the holder on record was renewed once more. */
    private void untilRenewed(String lock) {
        String before = earliestEnd(lock);
        until("renewed", () -> !earliestEnd(lock).equals(before));
    }

    private String earliestEnd(String lock) {
        return String.valueOf(masterOf(lock).command("HGET", key(lock), "v")).split(" ")[3];
    }
}
