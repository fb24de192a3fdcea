package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.ClientStatus;
import dev.mortise.Mortise;
import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is found about a server that is set up badly, may not be asked, or does not answer. */
final class DiagnosisTest extends OnNodes {
    @Test
    void a_server_without_any_settings_is_named_with_its_version() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            Mortise client = client(server);
            Diagnosis found = client.admin().diagnose();
            String address = "127.0.0.1:" + server.port();
            assertThat(one(found, "server.version").what()).matches("(Redis|Valkey) \\d+\\.\\d+.*");
            assertThat(one(found, "server.version").server()).isEqualTo(address);
            assertThat(one(found, "clock.offset").severity()).isEqualTo(Severity.INFO);
            assertThat(found.findings()).extracting(Finding::code).doesNotContain("not-looked-at", "rights.missing");
            assertThat(found.worst())
                    .hasValueSatisfying(worst -> assertThat(worst).isNotEqualTo(Severity.ERROR));
            assertThat(client.status().servers()).singleElement().satisfies(known -> {
                assertThat(known.address()).isEqualTo(address);
                assertThat(known.version())
                        .isEqualTo(one(found, "server.version").what());
            });
        }
    }

    @Test
    void eviction_and_no_files() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            server.command("CONFIG", "SET", "maxmemory", "100mb");
            server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
            server.command("CONFIG", "SET", "save", "");
            server.command("CONFIG", "SET", "timeout", "5");
            Mortise client = client(server);
            Diagnosis found = client.admin().diagnose();
            assertThat(one(found, "memory.eviction").severity()).isEqualTo(Severity.ERROR);
            assertThat(one(found, "memory.eviction").what()).contains("allkeys-lru");
            assertThat(one(found, "persistence.none").severity()).isEqualTo(Severity.WARNING);
            assertThat(one(found, "timeouts.idle").severity()).isEqualTo(Severity.WARNING);
            assertThat(found.findings().get(0).severity()).isEqualTo(Severity.ERROR);
            assertThat(found.describe()).contains("[memory.eviction]");
        }
    }

    @Test
    void a_user_with_no_right_but_to_lock_sees_what_is_missing() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            server.command(DocumentedUser.command(DocumentedUser.ONE_SERVER));
            Mortise client = closing(RedisMortise.builder()
                    .uri(DocumentedUser.uri(server.port()))
                    .keyPrefix(DocumentedUser.PREFIX)
                    .build());
            Diagnosis found = client.admin().diagnose();
            assertThat(found.findings())
                    .filteredOn(finding -> finding.code().equals("not-looked-at"))
                    .extracting(Finding::what)
                    .anyMatch(what -> what.contains("+info"))
                    .anyMatch(what -> what.contains("+scan"))
                    .anyMatch(what -> what.contains("+config|get"))
                    .anyMatch(what -> what.contains("+slowlog|get"));
            assertThat(found.worst()).contains(Severity.INFO);
            assertThat(client.lock("a").tryAcquire()).isPresent();
        }
    }

    @Test
    void the_documented_rights_are_enough_to_look_at_all() {
        try (RedisProcess server = RedisProcess.builder()
                .user(DocumentedUser.NAME, DocumentedUser.PASSWORD, DocumentedUser.rulesOfDiagnosis())
                .start()) {
            Mortise client = closing(RedisMortise.builder()
                    .uri(server.uri(DocumentedUser.NAME))
                    .keyPrefix(DocumentedUser.PREFIX)
                    .build());
            assertThat(client.lock("a").tryAcquire()).isPresent();
            Diagnosis found = client.admin().diagnose();
            assertThat(found.findings()).extracting(Finding::code).doesNotContain("not-looked-at", "rights.missing");
            assertThat(one(found, "keys.count").what()).contains("1 locks (");
        }
    }

    @Test
    void keys_that_are_left_over_or_none_of_ours() throws InterruptedException {
        try (RedisProcess server = RedisProcess.builder().start()) {
            Mortise client = client(server);
            until("its heartbeat is there", () -> client.status().lastAnswer().isPresent());
            assertThat(client.lock("a").tryAcquire()).isPresent();
            client.lock("b").tryAcquire().orElseThrow().release();
            assertThat(client.lock("c").tryAcquire(AcquireOptions.noWait().untilReleased()))
                    .isPresent();
            server.command("HSET", "mortise:basket", "apples", "3");
            Diagnosis before = client.admin().diagnose();
            assertThat(one(before, "keys.count").what()).contains("1 clients (");
            assertThat(one(before, "keys.foreign").what()).contains("1 keys").contains("'mortise:basket'");
            assertThat(before.findings()).extracting(Finding::code).doesNotContain("keys.dead-clients");
            for (Object key : (List<?>) Objects.requireNonNull(server.command("KEYS", "mortise:client:*"))) {
                server.command("DEL", String.valueOf(key));
            }
            assertThat(found(client, "keys.dead-clients")).hasValueSatisfying(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                assertThat(finding.what()).contains("'c'").doesNotContain("'a'");
            });
        }
    }

    @Test
    void a_right_that_was_taken_since_the_client_opened() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            server.command(DocumentedUser.command(DocumentedUser.ONE_SERVER));
            Mortise client = closing(RedisMortise.builder()
                    .uri(DocumentedUser.uri(server.port()))
                    .keyPrefix(DocumentedUser.PREFIX)
                    .build());
            server.command("ACL", "SETUSER", DocumentedUser.NAME, "-hset");
            assertThat(one(client.admin().diagnose(), "rights.missing").what()).contains("HSET");
        }
    }

    @Test
    void a_replica_that_does_not_answer() {
        try (RedisProcess server = RedisProcess.builder().start();
                RedisProcess replica = RedisProcess.builder().replicaOf(server).start()) {
            Mortise client = closing(RedisMortise.builder()
                    .uri(server.uri())
                    .quietPeriod(Duration.ofSeconds(30))
                    .build());
            until(
                    "linked",
                    () -> found(client, "replicas.lag")
                            .filter(finding -> finding.severity() == Severity.INFO)
                            .isPresent());
            replica.pause();
            try {
                until(
                        "its silence shows",
                        () -> found(client, "replicas.lag")
                                .filter(finding -> finding.severity() == Severity.WARNING)
                                .isPresent());
            } finally {
                replica.resume();
            }
            assertThat(found(client, "replicas.min-to-write")).isPresent();
        }
    }

    @Test
    void a_server_that_does_not_answer_and_answers_again() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            Mortise client = client(server);
            until(
                    "the first heartbeat was answered",
                    () -> client.status().lastAnswer().isPresent());
            server.pause();
            try {
                // What the client does by itself, and nothing else, finds out.
                until("its silence is known", () -> !client.status().isReachable());
                ClientStatus status = client.status();
                assertThat(status.lastError()).contains("did not answer");
                assertThat(status.servers())
                        .allSatisfy(known -> assertThat(known.isReachable()).isFalse());
                assertThat(status.unchangedFor()).isLessThan(PATIENCE);
                long start = System.nanoTime();
                Diagnosis found = client.admin().diagnose();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
                assertThat(one(found, "server.unreachable").severity()).isEqualTo(Severity.ERROR);
                assertThat(one(found, "client.unreachable").severity()).isEqualTo(Severity.ERROR);
            } finally {
                server.resume();
            }
            until("it is reachable again", () -> client.status().isReachable());
            assertThat(client.status().lastError()).isNotEmpty();
            until("it is looked at again", () -> found(client, "server.version").isPresent());
        }
    }

    @Test
    void a_server_that_was_killed_and_is_there_again() {
        try (RedisProcess server = RedisProcess.builder().start()) {
            Mortise client = client(server);
            until("the inbox is heard", () -> client.status().isInboxHeard());
            server.kill();
            until(
                    "it is known to be gone",
                    () -> !client.status().isReachable() && !client.status().isInboxHeard());
            assertThat(found(client, "server.unreachable")).isPresent();
            server.restartWithoutData();
            until(
                    "it is reachable again",
                    () -> client.status().isReachable() && client.status().isInboxHeard());
            until(
                    "it was restarted within a lease",
                    () -> found(client, "server.restarted").isPresent());
        }
    }

    private Mortise client(RedisProcess server) {
        return closing(RedisMortise.builder()
                .uri(server.uri())
                .commandTimeout(Duration.ofSeconds(1))
                .build());
    }

    private static Optional<Finding> found(Mortise client, String code) {
        return client.admin().diagnose().findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst();
    }

    private static Finding one(Diagnosis found, String code) {
        return found.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + code + " in\n" + found.describe()));
    }
}
