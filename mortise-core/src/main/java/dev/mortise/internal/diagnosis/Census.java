package dev.mortise.internal.diagnosis;

import dev.mortise.admin.Diagnosis.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The keys of one prefix, counted, with what a few of them take and say. Not thread-safe: one thread after the other. */
public final class Census {
    /** So many keys of a kind are asked for their memory. */
    private static final int SIZED = 5;

    /** So many names are told. */
    private static final int TOLD = 5;

    /** What a key is. */
    public enum Kind {
        LOCKS,
        CLIENTS,
        RECORDS,
        FOREIGN
    }

    private final String server;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> samples = new EnumMap<>(Kind.class);
    private final Map<Kind, Long> bytes = new EnumMap<>(Kind.class);
    private final Map<Kind, Integer> sized = new EnumMap<>(Kind.class);
    private final List<String> abandoned = new ArrayList<>();
    private int read;
    private int unused;

    /** @param server its address; "" when there are several */
    public Census(String server) {
        this.server = server;
    }

    /** One more key of that kind. */
    public void count(Kind kind, String key) {
        counts.merge(kind, 1, Integer::sum);
        List<String> sample = samples.computeIfAbsent(kind, first -> new ArrayList<>());
        if (sample.size() < SIZED) {
            sample.add(key);
        }
    }

    /** Keys of that kind that are asked for their memory. */
    public List<String> sample(Kind kind) {
        return samples.getOrDefault(kind, List.of());
    }

    /** A key of that kind takes so many bytes. */
    public void size(Kind kind, long taken) {
        bytes.merge(kind, taken, Long::sum);
        sized.merge(kind, 1, Integer::sum);
    }

    /**
     * A lock was read.
     *
     * @param isUsed whether it is held or waited for
     * @param hasNoHolder whether it is held without expiry by a client that gives no heartbeat
     */
    public void read(String lock, boolean isUsed, boolean hasNoHolder) {
        read++;
        unused += isUsed ? 0 : 1;
        if (hasNoHolder) {
            abandoned.add("'" + lock + "'");
        }
    }

    /**
     * What there is to tell.
     *
     * @param isWhole whether all keys were counted
     */
    public List<Finding> findings(boolean isWhole) {
        ServerReport report = new ServerReport(server);
        StringJoiner kinds = new StringJoiner(", ");
        for (Kind kind : List.of(Kind.LOCKS, Kind.CLIENTS, Kind.RECORDS)) {
            int known = sized.getOrDefault(kind, 0);
            String each = known == 0 ? "" : " (" + Bytes.show(bytes.getOrDefault(kind, 0L) / known) + " each)";
            kinds.add(counts.getOrDefault(kind, 0) + " "
                    + (kind == Kind.RECORDS ? "other records" : kind.name().toLowerCase(Locale.ROOT)) + each);
        }
        report.info(
                "keys.count",
                "Under the key prefix are " + kinds
                        + (isWhole ? "" : ", and more: only a part of the keys was counted"));
        if (unused > 0) {
            report.info(
                    "keys.unused",
                    "Of " + read + " locks that were read, " + unused
                            + " are not in use: what is left of them ends by itself");
        }
        if (!abandoned.isEmpty()) {
            report.warning(
                    "keys.dead-clients",
                    "Of " + read + " locks that were read, " + abandoned.size()
                            + " are held without expiry by clients that give no heartbeat: "
                            + String.join(", ", abandoned.subList(0, Math.min(TOLD, abandoned.size()))),
                    "Look at them by LockAdmin.inspect, and end them by LockAdmin.collectStale");
        }
        if (counts.containsKey(Kind.FOREIGN)) {
            report.warning(
                    "keys.foreign",
                    counts.get(Kind.FOREIGN) + " keys under the prefix are none of this library, such as '"
                            + sample(Kind.FOREIGN).get(0) + "'",
                    "Give locks a prefix of their own: keyPrefix(...)");
        }
        return report.findings();
    }
}
