package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.SlotMigration;
import dev.mortise.testkit.junit.ClusterExtension;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A listing of a Cluster while slots move. */
@SuppressWarnings("try") // what is held is held for its time
final class ClusterListingTest extends OnCluster {
    @RegisterExtension
    static final ClusterExtension cluster = ClusterExtension.create();

    @Override
    ClusterDeployment cluster() {
        return cluster.deployment();
    }

    /** In the order in which they are asked. */
    private List<RedisProcess> masters() {
        return cluster().masters().stream()
                .sorted(Comparator.comparing(node -> node.host() + ":" + node.port()))
                .toList();
    }

    private String on(RedisProcess master, String prefix) {
        return named(prefix, name -> masterOf(name) == master);
    }

    @Test
    void locks_of_all_masters_are_listed() throws Exception {
        Mortise client = patient();
        List<String> wanted = new ArrayList<>();
        List<Lease> held = new ArrayList<>();
        for (RedisProcess master : masters()) {
            wanted.add(on(master, "all"));
            held.add(client.lock(wanted.get(wanted.size() - 1)).acquire());
        }
        assertThat(client.admin().list("all*").map(LockInfo::name)).containsExactlyElementsOf(wanted);
        assertThat(client.admin().clients()).isNotEmpty();
        held.forEach(Lease::release);
    }

    @Test
    void a_lock_that_moves_behind_the_reader_is_met() throws Exception {
        Mortise client = patient();
        RedisProcess first = masters().get(0);
        RedisProcess last = masters().get(masters().size() - 1);
        String early = on(first, "early");
        String moving = on(last, "moving");
        Lease one = client.lock(early).acquire();
        Lease two = client.lock(moving).acquire();

        Iterator<LockInfo> locks = client.admin().list().iterator();
        assertThat(locks.next().name()).isEqualTo(early);
        cluster().beginMigration(slot(moving), first).all();
        List<String> rest = new ArrayList<>();
        locks.forEachRemaining(lock -> rest.add(lock.name()));
        assertThat(rest).containsExactly(moving);
        one.release();
        two.release();
    }

    @Test
    void a_master_that_is_replaced_behind_the_readers_back_hides_nothing() throws Exception {
        Mortise client = patient();
        List<String> wanted = new ArrayList<>();
        List<Lease> held = new ArrayList<>();
        for (RedisProcess master : masters()) {
            wanted.add(on(master, "over"));
            held.add(client.lock(wanted.get(wanted.size() - 1)).acquire());
        }
        Iterator<LockInfo> locks = client.admin().list("over*").iterator();
        assertThat(locks.next().name()).isEqualTo(wanted.get(0));
        cluster().failover(masters().get(1));
        List<String> rest = new ArrayList<>();
        locks.forEachRemaining(lock -> rest.add(lock.name()));
        assertThat(rest).containsExactlyInAnyOrderElementsOf(wanted.subList(1, wanted.size()));
        held.forEach(Lease::release);
    }

    @Test
    void a_master_that_is_dead_and_not_replaced_hides_no_other_one_and_is_named() throws Exception {
        cluster().nodes().forEach(node -> node.command("CONFIG", "SET", "cluster-require-full-coverage", "no"));
        Mortise client = client(PATIENCE);
        List<String> wanted = new ArrayList<>();
        List<Lease> held = new ArrayList<>();
        for (RedisProcess master : masters()) {
            wanted.add(on(master, "dead"));
            held.add(client.lock(wanted.get(wanted.size() - 1)).acquire());
        }
        RedisProcess dead = masters().get(1);
        cluster().replicasOf(dead).forEach(RedisProcess::kill);
        dead.kill();
        wanted.remove(1);

        List<String> listed = new ArrayList<>();
        Iterator<LockInfo> locks = client.admin().list("dead*").iterator();
        assertThatThrownBy(() -> locks.forEachRemaining(lock -> listed.add(lock.name())))
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining(dead.host() + ":" + dead.port())
                .hasMessageContaining("missing");
        assertThat(listed).containsExactlyElementsOf(wanted);
        assertThat(held).hasSize(3);
    }

    @Test
    void a_lock_in_a_slot_that_is_half_way_is_listed_once() throws Exception {
        Mortise client = patient();
        RedisProcess last = masters().get(masters().size() - 1);
        String moved = on(last, "half");
        String staying = besides(moved);
        Lease one = client.lock(moved).acquire();
        SlotMigration migration =
                cluster().beginMigration(slot(moved), masters().get(0));
        migration.moveKeys();
        Lease two = client.lock(staying).acquire();
        assertThat(client.admin().list("half*").map(LockInfo::name)).containsExactlyInAnyOrder(moved, staying);
        one.release();
        two.release();
        migration.all();
    }
}
