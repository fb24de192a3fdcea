package dev.mortise.internal.diagnosis;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A server that says what a test has it say. A command that is in {@code failures} fails with that message. */
final class ScriptedProbe implements ServerProbe {
    final Map<String, String> info = new HashMap<>();
    final Map<String, String> settings = new HashMap<>();
    final Map<String, String> failures = new HashMap<>();
    final List<SlowCommand> slow = new ArrayList<>();
    final List<SentinelView> sentinels = new ArrayList<>();
    ClockReading clock = new ClockReading(1_500, 400);
    String nodes = "";

    /** Redis 7.0.15 as it is after its start with no settings, and two hours. */
    static ScriptedProbe redis() {
        ScriptedProbe probe = new ScriptedProbe();
        probe.info.put("server", """
                # Server\r
                redis_version:7.0.15\r
                redis_git_sha1:00000000\r
                redis_mode:standalone\r
                os:Linux 6.1.0 x86_64\r
                run_id:0d8d1c7f0a3e3c26c7a9f2bd3b4a9be1c5b7f0aa\r
                tcp_port:6379\r
                uptime_in_seconds:7204\r
                """);
        probe.info.put("memory", """
                # Memory\r
                used_memory:1048576\r
                used_memory_human:1.00M\r
                total_system_memory:8589934592\r
                maxmemory:0\r
                maxmemory_policy:noeviction\r
                """);
        probe.info.put("persistence", """
                # Persistence\r
                loading:0\r
                rdb_changes_since_last_save:12\r
                rdb_bgsave_in_progress:0\r
                rdb_last_save_time:1790000000\r
                rdb_last_bgsave_status:ok\r
                aof_enabled:1\r
                aof_last_write_status:ok\r
                """);
        probe.info.put("replication", """
                # Replication\r
                role:master\r
                connected_slaves:0\r
                master_replid2:0000000000000000000000000000000000000000\r
                """);
        probe.settings.putAll(Map.of(
                "timeout",
                "0",
                "client-output-buffer-limit",
                "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
                "busy-reply-threshold",
                "5000",
                "save",
                "3600 1 300 100 60 10000",
                "appendfsync",
                "always",
                "stop-writes-on-bgsave-error",
                "yes",
                "min-replicas-to-write",
                "0",
                "min-replicas-max-lag",
                "10"));
        return probe;
    }

    /** Another value of one field, or one more. */
    ScriptedProbe with(String section, String field, String value) {
        String text = info.getOrDefault(section, "");
        String line = field + ":" + value + "\r\n";
        info.put(section, text.contains(field + ":") ? text.replaceFirst(field + ":[^\r]*\r\n", line) : text + line);
        return this;
    }

    ScriptedProbe set(String name, String value) {
        settings.put(name, value);
        return this;
    }

    ScriptedProbe failing(String command, String message) {
        failures.put(command, message);
        return this;
    }

    @Override
    public String server() {
        return "10.0.0.7:6379";
    }

    @Override
    public CompletableFuture<String> info(String section) {
        return answer("INFO", info.getOrDefault(section, ""));
    }

    @Override
    public CompletableFuture<Map<String, String>> settings(List<String> names) {
        return answer("CONFIG GET", settings);
    }

    @Override
    public CompletableFuture<ClockReading> clock() {
        return answer("TIME", clock);
    }

    @Override
    public CompletableFuture<OptionalLong> memoryOf(String key) {
        return answer("MEMORY USAGE", OptionalLong.empty());
    }

    @Override
    public CompletableFuture<List<SlowCommand>> slowCommands(int most) {
        return answer("SLOWLOG GET", slow);
    }

    @Override
    public CompletableFuture<String> clusterNodes() {
        return answer("CLUSTER NODES", nodes);
    }

    @Override
    public CompletableFuture<List<SentinelView>> sentinels() {
        return answer("SENTINEL MASTER", sentinels);
    }

    @Override
    public void close() {}

    private <T> CompletableFuture<T> answer(String command, T value) {
        String failure = failures.get(command);
        return failure == null
                ? CompletableFuture.completedFuture(value)
                : CompletableFuture.failedFuture(new StoreException(Effect.REFUSED, failure, null));
    }
}
