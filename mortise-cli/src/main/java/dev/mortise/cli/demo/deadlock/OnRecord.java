package dev.mortise.cli.demo.deadlock;

import dev.mortise.ClientInfo;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Redis has on record. */
final class OnRecord {
    private static final String ROW = "%-9s  %-22s  %s";

    private static final String REGISTER = "mortise:waits";
    private static final String HELD = "h:";

    private OnRecord() {}

    static boolean isWaitedFor(Mortise mortise, String lock) {
        return !mortise.lock(lock).inspect().waiters().isEmpty();
    }

    /** A line for each lock: who has it, and who waits for it. */
    static List<String> table(Mortise mortise, List<String> locks) {
        List<String> lines = new ArrayList<>();
        lines.add(ROW.formatted("lock", "held by", "waited for by"));
        for (String lock : locks) {
            LockInfo info = mortise.lock(lock).inspect();
            lines.add(ROW.formatted(
                            lock,
                            names(info.holders().stream().map(LockInfo.Holder::client)),
                            names(info.waiters().stream().map(LockInfo.Waiter::client)))
                    .stripTrailing());
        }
        return lines;
    }

    private static String names(Stream<ClientInfo> clients) {
        return clients.map(client -> client.name() + " (pid " + client.pid() + ")")
                .collect(Collectors.joining(", "));
    }

    /**
     * How many records of locks, clients and long waits there are. The register of waits may outlast these: it can have a
     * mark against a record that comes late.
     */
    static long left(RedisProcess server) {
        long records = texts(server.command("KEYS", "*"))
                .filter(key -> !key.equals(REGISTER))
                .count();
        long waits = texts(server.command("HKEYS", REGISTER))
                .filter(field -> field.startsWith(HELD))
                .count();
        return records + waits;
    }

    private static Stream<String> texts(@Nullable Object reply) {
        return reply instanceof List<?> list ? list.stream().map(String::valueOf) : Stream.empty();
    }
}
