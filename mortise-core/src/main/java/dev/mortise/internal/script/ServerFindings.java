package dev.mortise.internal.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the server under which locks can be lost: looked for once when a client opens, as far as its user may ask, and
 * logged. Nothing waits for it.
 */
public final class ServerFindings {
    private static final Logger log = LoggerFactory.getLogger(ServerFindings.class);
    private static final Duration LAG_CHECKED_EVERY = Duration.ofSeconds(1);

    private final Keys keys;
    private final boolean failsOver;
    private final Duration lease;
    private final Duration quietPeriod;

    /**
     * @param failsOver whether a replica may take the server's place
     * @param lease of who names none
     * @param quietPeriod zero = none
     */
    public ServerFindings(Keys keys, boolean failsOver, Duration lease, Duration quietPeriod) {
        this.keys = keys;
        this.failsOver = failsOver;
        this.lease = lease;
        this.quietPeriod = quietPeriod;
    }

    /** Logs them, now or later. Returns at once. */
    public void report(ScriptRunner runner) {
        find(runner).whenComplete((findings, failure) -> {
            if (failure != null) {
                log.debug("It is not known how the server is set up", failure);
            } else {
                findings.forEach(log::warn);
            }
        });
    }

    private CompletableFuture<List<String>> find(ScriptRunner runner) {
        return runner.run(Script.FINDINGS, List.of(keys.client("")), List.of()).thenCompose(reply -> {
            Map<String, String> info = fields((String) Replies.list(reply).get(0));
            List<String> findings = new ArrayList<>();
            String policy = info.getOrDefault("maxmemory_policy", "noeviction");
            if (!info.getOrDefault("maxmemory", "0").equals("0") && !policy.equals("noeviction")) {
                findings.add("The Redis server evicts keys when its memory is full (maxmemory-policy " + policy
                        + "), and may evict locks that are held. Set maxmemory-policy to noeviction");
            }
            return isolated(runner, info).thenApply(more -> {
                findings.addAll(more);
                return findings;
            });
        });
    }

    /** A former master that is cut off goes on granting for as long as its settings let it write. */
    private CompletableFuture<List<String>> isolated(ScriptRunner runner, Map<String, String> info) {
        int replicas = Integer.parseInt(info.getOrDefault("connected_slaves", "0"));
        if (!failsOver || replicas == 0) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (!info.containsKey("min_slaves_good_slaves")) {
            return CompletableFuture.completedFuture(List.of(tooFew(0, replicas, "10")));
        }
        return runner.setting("min-replicas-to-write")
                .thenCombine(runner.setting("min-replicas-max-lag"), (least, lag) -> judged(replicas, least, lag));
    }

    private List<String> judged(int replicas, String least, String lag) {
        if (least.isEmpty() || lag.isEmpty()) {
            return List.of();
        }
        if (Integer.parseInt(least) < replicas) {
            return List.of(tooFew(Integer.parseInt(least), replicas, lag));
        }
        Duration covering = covering(lag);
        return quietPeriod.compareTo(covering) >= 0
                ? List.of()
                : List.of("A master that is cut off may go on granting locks for min-replicas-max-lag (" + lag
                        + " s) and a second after another one has taken its place, and the quietPeriod (" + quietPeriod
                        + ") does not cover that. Set quietPeriod to " + covering
                        + ", or more if there are leases longer than " + lease);
    }

    private String tooFew(int least, int replicas, String lag) {
        return "The Redis master needs " + least + " of its " + replicas
                + " replicas to go on writing (min-replicas-to-write). Cut off, it may go on granting locks after another"
                + " one has taken its place. Set min-replicas-to-write to " + replicas
                + " on all servers, and quietPeriod to "
                + covering(lag)
                + " (lease, min-replicas-max-lag and a second), or more if there are leases longer than "
                + lease;
    }

    private Duration covering(String lag) {
        return lease.plusSeconds(Long.parseLong(lag)).plus(LAG_CHECKED_EVERY);
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return fields;
    }
}
