package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.ClusterDeployment;
import dev.mortise.testkit.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** What tests on a cluster share. */
abstract class OnCluster extends OnNodes {
    abstract ClusterDeployment cluster();

    final Mortise client(Duration lease) {
        return closing(RedisMortise.builder()
                .cluster(cluster().uris().toArray(String[]::new))
                .lease(lease)
                .commandTimeout(TIMEOUT)
                .build());
    }

    static String key(String lock) {
        return "mortise:{" + lock + "}";
    }

    final int slot(String lock) {
        return cluster().slotOf(key(lock));
    }

    final RedisProcess masterOf(String lock) {
        return cluster().masterOf(key(lock));
    }

    /** A name that begins so. */
    static String named(String prefix, Predicate<String> wanted) {
        return IntStream.range(0, 1_000_000)
                .mapToObj(i -> prefix + i)
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    /** Another name in the same slot. */
    final String besides(String lock) {
        return named(lock + "-", other -> slot(other) == slot(lock));
    }

    final RedisProcess otherThan(RedisProcess master) {
        return cluster().masters().stream()
                .filter(node -> node != master)
                .findFirst()
                .orElseThrow();
    }

    final void untilNothingIsLeft() {
        until(
                "nothing is left",
                () -> cluster().masters().stream()
                        .allMatch(node -> node.command("KEYS", "*{*") instanceof List<?> keys && keys.isEmpty()));
    }
}
