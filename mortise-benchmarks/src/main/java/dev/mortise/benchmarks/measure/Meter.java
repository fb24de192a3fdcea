package dev.mortise.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.resp.RespClient;
import java.lang.management.ManagementFactory;
import java.util.Map;

/** What a stretch of time cost, on the server and in this JVM. One stretch at a time. Not thread-safe. */
public final class Meter implements AutoCloseable {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final RespClient redis;
    private Reading began;

    /** What reading itself costs, counted between two readings in a row. */
    private Cost own;

    public Meter(RedisProcess server) {
        this.redis = server.connect();
        this.own = new Cost(0, 0, 0, 0, 0);
        this.began = read();
    }

    public void begin() {
        Reading first = read();
        began = read();
        own = began.since(first);
    }

    /** Since {@link #begin}. */
    public Cost end() {
        return read().since(began).without(own);
    }

    @Override
    public void close() {
        redis.close();
    }

    private Reading read() {
        long client = SYSTEM.getProcessCpuTime();
        Map<String, String> fields = Infos.read(redis, "stats", "cpu");
        double server = Infos.number(fields, "used_cpu_user") + Infos.number(fields, "used_cpu_sys");
        return new Reading(
                Infos.number(fields, "total_commands_processed"),
                Infos.number(fields, "total_net_input_bytes") + Infos.number(fields, "total_net_output_bytes"),
                Infos.number(fields, "total_reads_processed"),
                client / 1e3,
                server * 1e6);
    }

    private record Reading(double commands, double bytes, double reads, double clientMicros, double serverMicros) {
        Cost since(Reading before) {
            return new Cost(
                    commands - before.commands,
                    bytes - before.bytes,
                    reads - before.reads,
                    clientMicros - before.clientMicros,
                    serverMicros - before.serverMicros);
        }
    }

    /**
     * What a stretch of time cost.
     *
     * @param commands executed by the server, those called by scripts included
     * @param bytes both ways
     * @param reads how often the server read from a client; one can bring many requests
     * @param clientMicros CPU time of this JVM
     * @param serverMicros CPU time of the server
     */
    public record Cost(double commands, double bytes, double reads, double clientMicros, double serverMicros) {
        private Cost without(Cost reading) {
            return new Cost(
                    commands - reading.commands,
                    bytes - reading.bytes,
                    reads - reading.reads,
                    clientMicros,
                    serverMicros);
        }
    }
}
