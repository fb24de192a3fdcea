package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentinelDeploymentTest {
    @Test
    void a_deployment_has_a_master_a_replica_and_three_sentinels() {
        try (SentinelDeployment deployment = SentinelDeployment.start()) {
            assertThat(deployment.sentinels()).hasSize(3);
            assertThat(deployment.replicas()).hasSize(1).doesNotContain(deployment.master());
            assertThat(deployment.nodes()).hasSize(5);
            assertThat(deployment.uri()).matches("redis-sentinel://(127\\.0\\.0\\.1:\\d+,?){3}/0#mortise");

            RedisProcess master = deployment.master();
            assertThat(master.command("SET", "k", "v")).isEqualTo("OK");
            deployment.reset();
            assertThat(deployment.replicas().get(0).command("DBSIZE")).isEqualTo(0L);
            assertThat(deployment.master()).isSameAs(master);
        }
    }

    @Test
    void a_planned_failover_makes_the_replica_master_and_loses_nothing_replicated() {
        try (SentinelDeployment deployment = SentinelDeployment.start()) {
            RedisProcess old = deployment.master();
            RedisProcess replica = deployment.replicas().get(0);
            old.command("SET", "k", "v");
            Probe.await("replication", () -> Probe.text(replica, "GET", "k").equals("v"), replica::log);

            deployment.failover();

            assertThat(deployment.master()).isSameAs(replica);
            assertThat(replica.command("GET", "k")).isEqualTo("v");
            deployment.whole();
            assertThat(Probe.isLinked(old, replica.port())).isTrue();
        }
    }

    @Test
    void a_killed_master_is_replaced_and_rejoins_as_a_replica() {
        try (SentinelDeployment deployment = SentinelDeployment.builder()
                .replicas(2)
                .password("s3cret ü")
                .masterName("other")
                .start()) {
            RedisProcess old = deployment.master();
            old.kill();

            deployment.awaitFailoverFrom(old);
            assertThat(deployment.master()).isNotSameAs(old);
            deployment.restart(old);
            deployment.whole();

            assertThat(deployment.replicas()).contains(old);
            assertThat(deployment.uri())
                    .startsWith("redis-sentinel://:s3cret%20%C3%BC@")
                    .endsWith("/0#other");
        }
    }

    @Test
    void whatever_is_broken_a_reset_repairs_it() {
        try (SentinelDeployment deployment = SentinelDeployment.start()) {
            RedisProcess master = deployment.master();
            master.command("SET", "k", "v");
            deployment.replicas().get(0).kill();
            deployment.sentinels().get(0).kill();
            deployment.sentinels().get(1).pause();
            master.pause();

            deployment.reset();

            assertThat(deployment.nodes()).allMatch(RedisProcess::isAlive);
            assertThat(deployment.master().command("DBSIZE")).isEqualTo(0L);
            deployment.whole();
        }
    }

    @Test
    void an_old_master_that_was_only_paused_becomes_a_replica() {
        try (SentinelDeployment deployment = SentinelDeployment.start()) {
            RedisProcess old = deployment.master();
            old.pause();
            deployment.awaitFailoverFrom(old);

            old.resume();
            deployment.whole();

            assertThat(deployment.replicas()).containsExactly(old);
        }
    }
}
