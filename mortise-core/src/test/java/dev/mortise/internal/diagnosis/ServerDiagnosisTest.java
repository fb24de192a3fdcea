package dev.mortise.internal.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.internal.diagnosis.ServerProbe.ClockReading;
import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import dev.mortise.internal.diagnosis.ServerProbe.SlowCommand;
import dev.mortise.internal.store.DiagnosisTerms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of what a server says. */
final class ServerDiagnosisTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Setup ALONE = setup(Duration.ZERO, Deployment.STANDALONE);
    private static final Setup QUIET = setup(LEASE, Deployment.STANDALONE);
    private static final Setup SENTINEL = setup(LEASE, Deployment.SENTINEL);
    private static final Setup QUORUM = setup(LEASE, Deployment.QUORUM);
    private static final Setup CLUSTER = setup(Duration.ZERO, Deployment.CLUSTER);
    private static final String REPLICA = "ip=10.0.0.8,port=6379,state=online,offset=4711,lag=1";

    private final ScriptedProbe probe = ScriptedProbe.redis();

    @Test
    void a_server_that_is_well_has_nothing_but_facts() {
        List<Finding> findings = findings(ALONE);
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.INFO);
            assertThat(finding.server()).isEqualTo("10.0.0.7:6379");
        });
        assertThat(findings)
                .extracting(Finding::code)
                .containsExactlyInAnyOrder("clock.offset", "server.version", "memory.used", "persistence.aof");
        assertThat(one(ALONE, "server.version").what()).isEqualTo("Redis 7.0.15");
        assertThat(one(ALONE, "memory.used").what()).contains("1 MB of 8 GB (0 %)");
        assertThat(one(ALONE, "clock.offset").what()).contains("1 ms ahead of").contains("(± 1 ms)");
    }

    @Test
    void valkey_says_its_own_version() {
        probe.with("server", "redis_version", "7.2.4")
                .with("server", "server_name", "valkey")
                .with("server", "valkey_version", "8.1.1");
        assertThat(one(ALONE, "server.version").what()).isEqualTo("Valkey 8.1.1");
    }

    @Test
    void a_server_that_is_too_old_or_says_nothing() {
        probe.with("server", "redis_version", "6.2.14");
        assertThat(one(ALONE, "server.version").severity()).isEqualTo(Severity.ERROR);
        probe.with("server", "redis_version", "unstable");
        assertThat(one(ALONE, "server.version").severity()).isEqualTo(Severity.WARNING);
        probe.info.put("server", "");
        assertThat(one(ALONE, "server.version").what()).contains("does not say its version");
    }

    @Test
    void keys_that_are_evicted() {
        probe.with("memory", "maxmemory", "104857600").with("memory", "maxmemory_policy", "allkeys-lru");
        Finding finding = one(ALONE, "memory.eviction");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.what()).contains("maxmemory-policy allkeys-lru");
        assertThat(finding.advice()).isEqualTo("Set maxmemory-policy to noeviction");
        // Locks have a time to live.
        probe.with("memory", "maxmemory_policy", "volatile-ttl");
        assertThat(one(ALONE, "memory.eviction").severity()).isEqualTo(Severity.ERROR);
        probe.with("memory", "maxmemory", "0");
        none(ALONE, "memory.eviction");
    }

    @Test
    void memory_that_is_nearly_full() {
        probe.with("memory", "maxmemory", "10485760").with("memory", "used_memory", "9437184");
        assertThat(one(ALONE, "memory.full").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(ALONE, "memory.full").what()).contains("9 MB of 10 MB (90 %)");
        probe.with("memory", "used_memory", "10380902");
        assertThat(one(ALONE, "memory.full").severity()).isEqualTo(Severity.ERROR);
        probe.with("memory", "maxmemory", "0").with("memory", "used_memory", "8000000000");
        assertThat(one(ALONE, "memory.full").what()).contains("maxmemory is not set");
    }

    @Test
    void nothing_is_kept_over_a_restart() {
        probe.with("persistence", "aof_enabled", "0").set("save", "");
        assertThat(one(ALONE, "persistence.none").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(ALONE, "persistence.none").advice()).contains("quietPeriod");
        assertThat(one(QUIET, "persistence.none").severity()).isEqualTo(Severity.INFO);
        assertThat(one(CLUSTER, "persistence.none").advice()).doesNotContain("quietPeriod");
    }

    @Test
    void a_snapshot_brings_back_what_was() {
        probe.with("persistence", "aof_enabled", "0");
        assertThat(one(ALONE, "persistence.rdb").what()).contains("forgets those that were granted since");
        assertThat(one(QUORUM, "persistence.rdb").severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void an_append_only_file_may_lack_the_last_second() {
        probe.set("appendfsync", "everysec");
        assertThat(one(ALONE, "persistence.aof").what()).contains("about the last second");
        assertThat(one(ALONE, "persistence.aof").advice()).isNotEmpty();
        assertThat(one(QUIET, "persistence.aof").advice()).isEmpty();
    }

    @Test
    void files_that_cannot_be_written_stop_all_writes() {
        probe.with("persistence", "rdb_last_bgsave_status", "err");
        assertThat(one(ALONE, "persistence.failing").severity()).isEqualTo(Severity.ERROR);
        probe.set("stop-writes-on-bgsave-error", "no");
        none(ALONE, "persistence.failing");
        probe.with("persistence", "aof_last_write_status", "err");
        assertThat(one(ALONE, "persistence.failing").what()).contains("append-only");
    }

    @Test
    void replicas_that_are_missing_late_or_not_ready() {
        none(ALONE, "replicas.none");
        assertThat(one(SENTINEL, "replicas.none").severity()).isEqualTo(Severity.WARNING);
        probe.with("replication", "connected_slaves", "2")
                .with("replication", "slave0", REPLICA)
                .with("replication", "slave1", REPLICA.replace("lag=1", "lag=9").replace("online", "wait_bgsave"));
        assertThat(one(SENTINEL, "replicas.lag").what()).contains("9 s ago");
        assertThat(one(SENTINEL, "replicas.lag").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(SENTINEL, "replicas.syncing").what()).startsWith("1 of 2 replicas");
        probe.with("replication", "slave1", REPLICA);
        assertThat(one(SENTINEL, "replicas.lag").severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void a_replica_by_its_address() {
        probe.with("replication", "role", "slave");
        assertThat(one(ALONE, "replicas.role").severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void a_master_that_goes_on_when_it_is_cut_off() {
        probe.with("replication", "connected_slaves", "1").with("replication", "slave0", REPLICA);
        Finding finding = one(SENTINEL, "replicas.min-to-write");
        assertThat(finding.what()).contains("needs 0 of its 1 replicas");
        assertThat(finding.advice()).contains("min-replicas-to-write to 1").contains("quietPeriod to PT41S");
        none(ALONE, "replicas.min-to-write");
        none(CLUSTER, "replicas.min-to-write");

        probe.with("replication", "min_slaves_good_slaves", "1").set("min-replicas-to-write", "1");
        none(SENTINEL, "replicas.min-to-write");
        assertThat(one(SENTINEL, "replicas.quiet-period").advice()).contains("PT41S");
        none(setup(Duration.ofSeconds(41), Deployment.SENTINEL), "replicas.quiet-period");
    }

    @Test
    void a_restart_within_a_lease() {
        probe.with("server", "uptime_in_seconds", "7");
        assertThat(one(ALONE, "server.restarted").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(ALONE, "server.restarted").what()).contains("7 s ago");
        assertThat(one(QUIET, "server.restarted").severity()).isEqualTo(Severity.INFO);
        probe.with("server", "uptime_in_seconds", "30");
        none(ALONE, "server.restarted");
    }

    @Test
    void clocks_that_are_apart() {
        probe.clock = new ClockReading(-2_000_000, 1_000);
        assertThat(one(ALONE, "clock.offset").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(ALONE, "clock.offset").what()).contains("2000 ms behind");
        assertThat(one(QUORUM, "clock.offset").severity()).isEqualTo(Severity.WARNING);
        probe.clock = new ClockReading(6_000_000, 1_000);
        assertThat(one(QUORUM, "clock.offset").severity()).isEqualTo(Severity.ERROR);
        // It may be the round trip.
        probe.clock = new ClockReading(1_400_000, 500_000);
        assertThat(one(ALONE, "clock.offset").severity()).isEqualTo(Severity.INFO);
    }

    @Test
    void limits_that_end_connections_or_requests() {
        probe.set("timeout", "5");
        assertThat(one(ALONE, "timeouts.idle").severity()).isEqualTo(Severity.WARNING);
        probe.set("timeout", "300");
        assertThat(one(ALONE, "timeouts.idle").severity()).isEqualTo(Severity.INFO);
        probe.set("client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 65536 8192 60");
        assertThat(one(ALONE, "timeouts.output-buffer").what()).contains("64 kB");
        probe.set("busy-reply-threshold", "20");
        assertThat(one(ALONE, "timeouts.busy").what()).contains("20 ms");
    }

    @Test
    void scripts_and_commands_that_are_slow() {
        probe.slow.add(new SlowCommand(12_340, List.of("EVALSHA", "abc", "1", "mortise:{a}"), 10));
        probe.slow.add(new SlowCommand(11_000, List.of("evalsha", "ABC", "1", "mortise:{b}"), 3_600));
        probe.slow.add(new SlowCommand(12_000, List.of("EVALSHA", "of others", "0"), 0));
        probe.slow.add(new SlowCommand(1_500_000, List.of("KEYS", "*"), 7));
        assertThat(one(ALONE, "slow.scripts").what())
                .contains("The script acquire was slow 2 times in the last hour, 12.3 ms");
        assertThat(one(ALONE, "slow.commands").what()).contains("KEYS").contains("1500.0 ms");
    }

    @Test
    void what_was_slow_long_ago_says_nothing() {
        probe.slow.add(new SlowCommand(12_340, List.of("EVALSHA", "abc", "1", "mortise:{a}"), 3_601));
        none(ALONE, "slow.scripts");
    }

    @Test
    void sentinels_that_are_few_gone_or_cannot_agree() {
        probe.sentinels.add(new SentinelView("10.0.0.1:26379", Map.of(), "not connected"));
        probe.sentinels.add(new SentinelView(
                "10.0.0.2:26379", Map.of("num-other-sentinels", "1", "quorum", "3", "flags", "master"), ""));
        assertThat(one(SENTINEL, "sentinel.unreachable").what()).contains("10.0.0.1:26379");
        assertThat(one(SENTINEL, "sentinel.count").severity()).isEqualTo(Severity.WARNING);
        assertThat(one(SENTINEL, "sentinel.quorum").severity()).isEqualTo(Severity.ERROR);
        probe.sentinels.clear();
        probe.sentinels.add(new SentinelView(
                "10.0.0.2:26379", Map.of("num-other-sentinels", "2", "quorum", "2", "flags", "s_down,master"), ""));
        assertThat(one(SENTINEL, "sentinel.count").severity()).isEqualTo(Severity.INFO);
        assertThat(one(SENTINEL, "sentinel.down").severity()).isEqualTo(Severity.ERROR);
        none(SENTINEL, "sentinel.quorum");
    }

    @Test
    void what_may_not_be_looked_at_is_said_with_the_right_that_is_missing() {
        probe.failing(
                        "INFO",
                        "the Redis user lacks a right: NOPERM this user has no permissions to run the 'info' command")
                .failing(
                        "CONFIG GET",
                        "Redis answered with an error: ERR unknown command 'CONFIG', with args beginning with:")
                .failing("SLOWLOG GET", "Redis did not answer within 2000 ms");
        List<Finding> findings = findings(ALONE);
        assertThat(findings)
                .filteredOn(finding -> finding.code().equals("not-looked-at"))
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.INFO));
        assertThat(findings).anySatisfy(finding -> {
            assertThat(finding.what()).contains("INFO").contains("needs the right +info");
            assertThat(finding.advice()).contains("ACL SETUSER <name> +info");
        });
        assertThat(findings).anySatisfy(finding -> assertThat(finding.what()).contains("does not offer it"));
        assertThat(findings).anySatisfy(finding -> assertThat(finding.what()).contains("did not answer"));
    }

    @Test
    void a_server_that_does_not_answer_is_one_finding() {
        probe.failing("TIME", "Redis did not answer within 2000 ms");
        assertThat(findings(ALONE)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("server.unreachable");
            assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        });
        probe.failing(
                "TIME", "the Redis user lacks a right: NOPERM this user has no permissions to run the 'time' command");
        none(ALONE, "server.unreachable");
        assertThat(one(ALONE, "server.version").what()).isEqualTo("Redis 7.0.15");
    }

    @Test
    void a_cluster_that_lacks_slots_nodes_or_replicas() {
        probe.nodes = """
                aaa 10.0.0.1:7000@17000 myself,master - 0 1700000000000 1 connected 0-5460 [5461->-bbb]
                bbb 10.0.0.2:7000@17000,host-b master - 0 1700000000000 2 connected 5461-10922
                ccc 10.0.0.3:7000@17000 master,fail - 1700000000000 1700000000000 3 disconnected 10923-16383
                ddd 10.0.0.4:7000@17000 slave aaa 0 1700000000000 1 connected
                eee 10.0.0.5:7000@17000 slave,fail? bbb 0 1700000000000 2 connected
                """;
        List<Finding> findings = ServerDiagnosis.cluster(probe).join();
        assertThat(named(findings, "cluster.slots").what()).startsWith("5461 of 16384 slots");
        assertThat(named(findings, "cluster.slots").severity()).isEqualTo(Severity.ERROR);
        assertThat(findings)
                .anySatisfy(
                        finding -> assertThat(finding.what()).contains("Nodes are down: 10.0.0.3:7000, 10.0.0.5:7000"));
        assertThat(named(findings, "cluster.replicas").what())
                .contains("10.0.0.2:7000")
                .doesNotContain("10.0.0.1");
        assertThat(ServerDiagnosis.cluster(ScriptedProbe.redis()).join()).isEmpty();
    }

    @Test
    void the_version_is_known_afterwards() {
        ServerDiagnosis diagnosis = new ServerDiagnosis(probe, ALONE, Map.of());
        assertThat(diagnosis.findings().join()).isNotEmpty();
        assertThat(diagnosis.version()).isEqualTo("Redis 7.0.15");
    }

    private static Setup setup(Duration quiet, Deployment deployment) {
        DiagnosisTerms terms = new DiagnosisTerms(LEASE, Duration.ofSeconds(2), quiet, deployment == Deployment.QUORUM);
        return Setup.of(terms, deployment);
    }

    private List<Finding> findings(Setup setup) {
        return new ServerDiagnosis(probe, setup, Map.of("abc", "acquire"))
                .findings()
                .join();
    }

    private Finding one(Setup setup, String code) {
        return named(findings(setup), code);
    }

    private static Finding named(List<Finding> findings, String code) {
        return findings.stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + code + " in " + findings));
    }

    private void none(Setup setup, String code) {
        assertThat(findings(setup)).extracting(Finding::code).doesNotContain(code);
    }
}
