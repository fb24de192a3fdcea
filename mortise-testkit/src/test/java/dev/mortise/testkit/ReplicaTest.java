package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicaTest {
    @Test
    void a_replica_follows_its_master_also_with_a_password() {
        RedisProcessBuilder settings = RedisProcess.builder().password("pass word");
        try (RedisProcess master = settings.start();
                RedisProcess replica = settings.replicaOf(master).start()) {
            Probe.await("the link", () -> Probe.isLinked(replica, master.port()), replica::log);
            master.command("SET", "k", "v");
            assertThat(master.command("WAIT", "1", "10000")).isEqualTo(1L);
            assertThat(replica.command("GET", "k")).isEqualTo("v");
        }
    }

    @Test
    void a_restarted_server_keeps_the_configuration_it_has_rewritten() {
        try (RedisProcess server = RedisProcess.start()) {
            server.command("CONFIG", "SET", "maxmemory", "7mb");
            server.command("CONFIG", "REWRITE");

            server.restartWithoutData();

            assertThat(server.info("memory")).containsEntry("maxmemory", "7340032");
        }
    }
}
