package dev.mortise.testkit;

import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The three Sentinels of a deployment, and what they say about its master. */
final class Sentinels {
    static final int COUNT = 3;

    private static final int QUORUM = 2;
    // After four of them a Sentinel that has not heard of a promotion takes it back. The leader looks once a second.
    private static final int CALM = 1000;
    private static final int HURRY = 100;

    private final List<RedisProcess> sentinels;
    private final String name;

    Sentinels(List<RedisProcess> sentinels, String name) {
        this.sentinels = sentinels;
        this.name = name;
    }

    /**
     * A Sentinel for that master. It looks and tells more often than by default, repeats an election that came to nothing after
     * two seconds, and does not sulk after a pause.
     */
    static RedisProcessBuilder settings(String name, RedisProcess master) {
        RedisProcessBuilder sentinel = RedisProcess.builder()
                .sentinel()
                .config(
                        "sentinel monitor " + name + " " + RedisProcess.HOST + " " + master.port() + " " + QUORUM,
                        "sentinel down-after-milliseconds " + name + " 1000",
                        "sentinel failover-timeout " + name + " 1000",
                        "sentinel parallel-syncs " + name + " 1")
                .afterStart(period("info", 200))
                .afterStart(period("ping", 200))
                .afterStart(period("ask", 200))
                .afterStart(period("tilt", 1000))
                .afterStart(period("publish", CALM));
        if (!master.password().isEmpty()) {
            sentinel.config("sentinel auth-pass " + name + " \"" + master.password() + "\"");
        }
        return sentinel;
    }

    List<RedisProcess> processes() {
        return sentinels;
    }

    /** The master's port as most of the Sentinels say; empty when there is no such majority now. */
    OptionalInt masterPort() {
        Map<String, Long> votes = sentinels.stream()
                .map(this::masterPort)
                .filter(port -> !port.isEmpty())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() >= QUORUM)
                .mapToInt(vote -> Integer.parseInt(vote.getKey()))
                .findAny();
    }

    /** Whether all that answer, and at least a majority, name this master. */
    boolean agreeOn(int port) {
        List<String> answers = sentinels.stream()
                .map(this::masterPort)
                .filter(answer -> !answer.isEmpty())
                .toList();
        return answers.size() >= QUORUM && answers.stream().allMatch(Integer.toString(port)::equals);
    }

    /** Whether each knows all the others and all replicas, finds nothing down, and is in no failover. */
    boolean areContent(int replicas) {
        return sentinels.stream().allMatch(sentinel -> {
            Map<String, String> master = master(sentinel);
            return "master".equals(master.get("flags"))
                    && Integer.toString(COUNT - 1).equals(master.get("num-other-sentinels"))
                    && Integer.toString(replicas).equals(master.get("num-slaves"))
                    && up(sentinel, "REPLICAS", "slave", replicas)
                    && up(sentinel, "SENTINELS", "sentinel", COUNT - 1);
        });
    }

    /** Asks one after the other for a failover; whether one of them has begun it. */
    boolean beginFailover() {
        return sentinels.stream().filter(RedisProcess::isAlive).anyMatch(sentinel -> {
            try {
                return "OK".equals(sentinel.command("SENTINEL", "FAILOVER", name));
            } catch (RespErrorException | UncheckedIOException notNow) {
                return false;
            }
        });
    }

    /** Has those that answer tell of themselves more often, while no failover is on, or as usual again. */
    void hurry(boolean on) {
        sentinels.forEach(sentinel -> Probe.text(sentinel, period("publish", on ? HURRY : CALM)));
    }

    /** Whether all name the same master, find it well, and are in no failover. */
    boolean areCalm() {
        return masterPort().stream().anyMatch(this::agreeOn)
                && sentinels.stream()
                        .allMatch(sentinel -> "master".equals(master(sentinel).get("flags")));
    }

    /** What each says about the master, for messages. */
    String state() {
        return sentinels.stream()
                .map(sentinel -> sentinel.port() + ": " + master(sentinel))
                .collect(Collectors.joining("\n"));
    }

    private static String[] period(String of, int millis) {
        return new String[] {"SENTINEL", "DEBUG", of + "-period", Integer.toString(millis)};
    }

    private Map<String, String> master(RedisProcess sentinel) {
        return fields(Probe.list(sentinel, "SENTINEL", "MASTER", name));
    }

    private String masterPort(RedisProcess sentinel) {
        List<?> address = Probe.list(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", name);
        return address.size() == 2 ? String.valueOf(address.get(1)) : "";
    }

    private boolean up(RedisProcess sentinel, String kind, String flags, int count) {
        List<?> all = Probe.list(sentinel, "SENTINEL", kind, name);
        return all.size() == count
                && all.stream().allMatch(one -> one instanceof List<?> list && flags.equals(flags(fields(list))));
    }

    /** Without what another Sentinel said of the master when it was asked last, which Valkey 9 never forgets. */
    private static String flags(Map<String, String> instance) {
        return instance.getOrDefault("flags", "").replace(",master_down", "");
    }

    private static Map<String, String> fields(List<?> namesAndValues) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < namesAndValues.size(); i += 2) {
            fields.put(String.valueOf(namesAndValues.get(i)), String.valueOf(namesAndValues.get(i + 1)));
        }
        return fields;
    }
}
