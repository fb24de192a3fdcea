package dev.mortise.internal.diagnosis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Settings of the server that end connections or requests. */
final class LimitsJudge {
    static final List<String> SETTINGS =
            List.of("timeout", "client-output-buffer-limit", "busy-reply-threshold", "lua-time-limit");

    /** A client is heard at least so often: its heartbeat. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private static final long LEAST_BUFFER = 1_048_576;

    private LimitsJudge() {}

    static void judge(Map<String, String> settings, Setup setup, ServerReport report) {
        number(settings, "timeout").ifPresent(seconds -> timeout(seconds, report));
        buffer(settings.getOrDefault("client-output-buffer-limit", ""), report);
        OptionalLong busy = number(settings, "busy-reply-threshold");
        (busy.isPresent() ? busy : number(settings, "lua-time-limit")).ifPresent(millis -> busy(millis, setup, report));
    }

    private static void timeout(long seconds, ServerReport report) {
        if (seconds == 0) {
            return;
        }
        String what = "The server closes connections on which nothing was sent for " + seconds + " s (timeout)";
        if (seconds <= HEARTBEAT.toSeconds()) {
            report.warning(
                    "timeouts.idle",
                    what
                            + ": those of a client that does nothing are closed again and again, and its next acquire waits for a new"
                            + " one",
                    "Set timeout to 0, or to more than 30");
        } else {
            report.info("timeouts.idle", what + ": the first acquire after that may wait for a new connection");
        }
    }

    /** Three numbers for each class: the hard limit, the soft one, and for how many seconds. */
    private static void buffer(String limits, ServerReport report) {
        String[] words = limits.split(" ");
        for (int i = 0; i + 3 < words.length; i += 4) {
            long hard = words[i].equals("pubsub") ? parse(words[i + 1]).orElse(0) : 0;
            if (hard > 0 && hard < LEAST_BUFFER) {
                report.warning(
                        "timeouts.output-buffer",
                        "The server closes connections for messages that have more than " + Bytes.show(hard)
                                + " outstanding (client-output-buffer-limit pubsub): renewals go over them, too",
                        "Set client-output-buffer-limit pubsub to 32mb 8mb 60, as it is by default");
            }
        }
    }

    private static void busy(long millis, Setup setup, ServerReport report) {
        long least = Math.max(100, setup.commandTimeout().toMillis() / 4);
        if (millis > 0 && millis < least) {
            report.warning(
                    "timeouts.busy",
                    "The server refuses requests while a script has run for more than " + millis
                            + " ms (busy-reply-threshold); scripts of others count",
                    "Set busy-reply-threshold to 5000, as it is by default");
        }
    }

    private static OptionalLong number(Map<String, String> settings, String name) {
        return parse(settings.getOrDefault(name, ""));
    }

    private static OptionalLong parse(String text) {
        try {
            return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException notOne) {
            return OptionalLong.empty();
        }
    }
}
