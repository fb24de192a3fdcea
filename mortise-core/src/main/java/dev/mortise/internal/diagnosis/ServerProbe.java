package dev.mortise.internal.diagnosis;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A way to ask one server how it is. Each question is one command, which writes nothing. Each future completes within the
 * command time-out, on any thread; it fails with {@link dev.mortise.internal.store.StoreException}, whose message has what the
 * server said. Thread-safe, never blocks.
 */
public interface ServerProbe {
    /** Its address, without a login. */
    String server();

    /** What INFO says, of one section. */
    CompletableFuture<String> info(String section);

    /** What CONFIG GET says; settings that the server does not have are missing. */
    CompletableFuture<Map<String, String>> settings(List<String> names);

    /** How far its clock is from that of this host. */
    CompletableFuture<ClockReading> clock();

    /** How many bytes a key takes; empty when there is no such key. */
    CompletableFuture<OptionalLong> memoryOf(String key);

    /** The last commands that took long, so many at most. */
    CompletableFuture<List<SlowCommand>> slowCommands(int most);

    /** What CLUSTER NODES says; empty where there is no Cluster. */
    CompletableFuture<String> clusterNodes();

    /** What the sentinels that the client knows say of this master; empty where there are none. Never fails. */
    CompletableFuture<List<SentinelView>> sentinels();

    /** No more is asked. */
    void close();

    /**
     * Two clocks compared.
     *
     * @param offsetMicros how far the server's clock is ahead of this host's
     * @param errorMicros by how much that may be wrong: half the round trip
     */
    record ClockReading(long offsetMicros, long errorMicros) {}

    /**
     * One command that took long.
     *
     * @param micros how long
     * @param words the command and its arguments; the server may have cut them
     * @param ageSeconds how long ago it began, by the clocks of both hosts
     */
    record SlowCommand(long micros, List<String> words, long ageSeconds) {}

    /**
     * What one sentinel says of the master.
     *
     * @param sentinel its address
     * @param fields as SENTINEL MASTER has them; empty when it did not answer
     * @param error why it did not answer; "" when it did
     */
    record SentinelView(String sentinel, Map<String, String> fields, String error) {}
}
