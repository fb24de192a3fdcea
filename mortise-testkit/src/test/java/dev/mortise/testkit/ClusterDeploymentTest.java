package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.testkit.proxy.FaultProxy;
import dev.mortise.testkit.resp.RespErrorException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterDeploymentTest {
    private final ClusterDeployment cluster =
            ClusterDeployment.builder().password("s3cret").start();

    @BeforeEach
    void reset() {
        cluster.reset();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    void three_masters_share_the_slots_and_have_a_replica_each() {
        List<RedisProcess> masters = cluster.masters();
        assertThat(masters).hasSize(3);
        assertThat(cluster.nodes()).hasSize(6);
        assertThat(cluster.uris()).hasSize(6);
        assertThat(masters)
                .allSatisfy(master -> assertThat(cluster.replicasOf(master)).hasSize(1));
    }

    @Test
    void a_slot_is_computed_as_the_servers_do() {
        RedisProcess any = cluster.nodes().get(0);
        for (String key : List.of("", "123456789", "a", "{a}b", "x{a}b", "{}a", "a{b", "a}b{c}d", "{a{b}c}", "ключ")) {
            assertThat(any.command("CLUSTER", "KEYSLOT", key)).isEqualTo((long) cluster.slotOf(key));
        }
    }

    @Test
    void the_master_of_a_key_takes_it() {
        for (String key : List.of("a", "b", "c", "d{e}f")) {
            assertThat(cluster.masterOf(key).command("SET", key, "v")).isEqualTo("OK");
        }
    }

    @Test
    void a_planned_failover_loses_nothing() {
        RedisProcess old = cluster.masterOf("k");
        old.command("SET", "k", "v");

        RedisProcess now = cluster.failover(old);

        assertThat(cluster.masterOf("k")).isSameAs(now).isNotSameAs(old);
        assertThat(now.command("GET", "k")).isEqualTo("v");
        cluster.whole();
        assertThat(cluster.replicasOf(now)).containsExactly(old);
    }

    @Test
    void a_killed_master_is_replaced_and_rejoins_as_a_replica() {
        RedisProcess old = cluster.masterOf("k");
        old.kill();

        cluster.awaitFailoverFrom(old);
        RedisProcess now = cluster.masterOf("k");
        assertThat(now).isNotSameAs(old);
        cluster.restart(old);
        cluster.whole();

        assertThat(cluster.replicasOf(now)).containsExactly(old);
    }

    @Test
    void a_paused_master_is_replaced_and_becomes_a_replica_when_it_goes_on() {
        RedisProcess old = cluster.masterOf("k");
        old.pause();
        cluster.awaitFailoverFrom(old);

        old.resume();
        cluster.whole();

        assertThat(cluster.replicasOf(cluster.masterOf("k"))).containsExactly(old);
    }

    @Test
    void a_slot_moves_step_by_step() {
        RedisProcess source = cluster.masterOf("k");
        RedisProcess target = otherThan(source);
        source.command("SET", "k", "v");
        source.command("SET", "{k}2", "w");

        SlotMigration migration = cluster.beginMigration(cluster.slotOf("k"), target);
        assertThat(source.command("GET", "k")).isEqualTo("v");
        assertThatThrownBy(() -> source.command("GET", "{k}absent")).satisfies(e -> assertError(e, "ASK"));
        migration.moveKeys();
        assertThatThrownBy(() -> source.command("GET", "k")).satisfies(e -> assertError(e, "ASK"));
        assertThatThrownBy(() -> target.command("GET", "k")).satisfies(e -> assertError(e, "MOVED"));
        migration.finish();

        assertThat(cluster.masterOf("k")).isSameAs(target);
        assertThat(target.command("GET", "k")).isEqualTo("v");
        assertThat(target.command("GET", "{k}2")).isEqualTo("w");
        assertThatThrownBy(() -> source.command("GET", "k")).satisfies(e -> assertError(e, "MOVED"));
    }

    @Test
    void a_migration_with_many_keys_is_done_at_once() {
        RedisProcess source = cluster.masterOf("{m}");
        IntStream.range(0, 250).forEach(i -> source.command("SET", "{m}" + i, "v"));

        RedisProcess target = otherThan(source);
        cluster.beginMigration(cluster.slotOf("{m}"), target).all();

        assertThat(target.command("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(cluster.slotOf("{m}"))))
                .isEqualTo(250L);
    }

    @Test
    void a_node_can_be_announced_under_the_port_of_a_proxy() {
        RedisProcess owner = cluster.masterOf("k");
        RedisProcess other = otherThan(owner);
        try (FaultProxy proxy = FaultProxy.to(owner)) {
            cluster.announce(owner, proxy.port());

            assertThatThrownBy(() -> other.command("GET", "k"))
                    .hasMessageContaining("MOVED " + cluster.slotOf("k") + " 127.0.0.1:" + proxy.port());
            cluster.whole();

            cluster.reset();
        }
        assertThatThrownBy(() -> other.command("GET", "k")).hasMessageContaining("127.0.0.1:" + owner.port());
        cluster.whole();
    }

    @Test
    void a_reset_ends_a_migration_and_restarts_what_is_dead() {
        RedisProcess source = cluster.masterOf("k");
        RedisProcess target = otherThan(source);
        cluster.beginMigration(cluster.slotOf("k"), target);
        cluster.replicasOf(source).get(0).kill();
        target.pause();

        cluster.reset();

        assertThat(cluster.nodes()).allMatch(RedisProcess::isAlive);
        assertThat(cluster.view().those(line -> !line.moving().isEmpty())).isEmpty();
        assertThat(cluster.masterOf("k").command("GET", "k")).isNull();
    }

    @Test
    void the_uri_names_all_nodes_and_has_the_password() {
        assertThat(cluster.uri()).matches("redis://:s3cret@(127\\.0\\.0\\.1:\\d+,?){6}");
    }

    private RedisProcess otherThan(RedisProcess node) {
        return cluster.masters().stream()
                .filter(other -> other != node)
                .findFirst()
                .orElseThrow();
    }

    private static void assertError(Throwable error, String code) {
        assertThat(error)
                .isInstanceOfSatisfying(
                        RespErrorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
