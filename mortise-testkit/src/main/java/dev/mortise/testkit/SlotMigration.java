package dev.mortise.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A slot of a cluster on its way from one master to another, step by step so that a test can stand between them. For one
 * thread. Each step blocks until it is done; an error of a server is a {@link
 * dev.mortise.testkit.resp.RespErrorException}.
 */
public final class SlotMigration {
    private static final String BATCH = "100";
    private static final String TIMEOUT_MILLIS = "5000";

    private final ClusterDeployment cluster;
    private final String slot;
    private final RedisProcess source;
    private final RedisProcess target;

    private SlotMigration(ClusterDeployment cluster, int slot, RedisProcess source, RedisProcess target) {
        this.cluster = cluster;
        this.slot = Integer.toString(slot);
        this.source = source;
        this.target = target;
    }

    static SlotMigration begin(ClusterDeployment cluster, int slot, RedisProcess source, RedisProcess target) {
        if (source == target) {
            throw new IllegalArgumentException("target owns slot " + slot + " already: " + target);
        }
        SlotMigration migration = new SlotMigration(cluster, slot, source, target);
        // In this order: the source must not send anybody to a target that would send him back.
        migration.set(target, "IMPORTING", cluster.id(source));
        migration.set(source, "MIGRATING", cluster.id(target));
        return migration;
    }

    /** Who owns the slot until the end. */
    public RedisProcess source() {
        return source;
    }

    /** Who owns it afterwards. */
    public RedisProcess target() {
        return target;
    }

    /** Moves the keys that are there now. The slot stays on the move. */
    public void moveKeys() {
        List<String> keys = keys();
        while (!keys.isEmpty()) {
            List<String> command = new ArrayList<>(
                    List.of("MIGRATE", target.host(), Integer.toString(target.peerPort()), "", "0", TIMEOUT_MILLIS));
            if (!target.password().isEmpty()) {
                command.addAll(List.of("AUTH", target.password()));
            }
            command.add("KEYS");
            command.addAll(keys);
            source.command(command.toArray(String[]::new));
            keys = keys();
        }
    }

    /** Makes the target the owner and waits until all nodes know it. What keys the source still has are lost. */
    public void finish() {
        List<RedisProcess> masters = cluster.masters();
        // The target first: were it the last, the source could give the slot to a node that does not take it.
        Stream.concat(Stream.of(target, source), masters.stream().filter(node -> node != target && node != source))
                .forEach(node -> set(node, "NODE", cluster.id(target)));
        int number = Integer.parseInt(slot);
        Probe.await(
                "that all know the new owner of slot " + slot,
                () -> cluster.view().everybodyHas(line -> line.id().equals(cluster.id(target)) && line.owns(number)),
                cluster::state);
    }

    /** All that is left to do: {@link #moveKeys}, then {@link #finish}. */
    public void all() {
        moveKeys();
        finish();
    }

    /** Leaves the slot with the source. Keys that were moved stay where they are, out of reach. */
    public void cancel() {
        for (RedisProcess node : List.of(source, target)) {
            node.command("CLUSTER", "SETSLOT", slot, "STABLE");
        }
    }

    private void set(RedisProcess node, String state, String id) {
        node.command("CLUSTER", "SETSLOT", slot, state, id);
    }

    private List<String> keys() {
        Object reply = source.command("CLUSTER", "GETKEYSINSLOT", slot, BATCH);
        return reply instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
