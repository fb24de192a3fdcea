package dev.mortise.internal.diagnosis;

import dev.mortise.internal.diagnosis.ServerProbe.ClockReading;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** The version of the server, how long it has been up, and its clock. */
final class ServerJudge {
    /** The oldest that is supported: Valkey began with 7.2. */
    private static final int OLDEST_MAJOR = 7;

    /** Tokens of a quorum keep their order while clocks differ by less. */
    private static final Duration QUORUM_OFFSET = Duration.ofSeconds(5);

    private static final Duration MUCH_OFFSET = Duration.ofSeconds(1);
    private static final long MICROS = 1_000;

    private ServerJudge() {}

    /** @param server section {@code server} of INFO */
    static void judge(InfoText server, Setup setup, ServerReport report) {
        version(server, report);
        uptime(server, setup, report);
    }

    private static void version(InfoText server, ServerReport report) {
        String version = server.version();
        String number = version.substring(version.indexOf(' ') + 1);
        int dot = number.indexOf('.');
        if (dot <= 0 || !number.substring(0, dot).chars().allMatch(Character::isDigit)) {
            report.warning(
                    "server.version",
                    version.isEmpty()
                            ? "The server does not say its version"
                            : "The version of the server is not known: " + version,
                    "Use Redis 7.0 or later, or Valkey");
        } else if (Integer.parseInt(number.substring(0, dot)) < OLDEST_MAJOR) {
            report.error("server.version", "The server is too old: " + version, "Use Redis 7.0 or later, or Valkey");
        } else {
            report.info("server.version", version);
        }
    }

    private static void uptime(InfoText server, Setup setup, ServerReport report) {
        server.number("uptime_in_seconds").ifPresent(seconds -> {
            Duration up = Duration.ofSeconds(seconds);
            if (up.compareTo(setup.lease()) >= 0) {
                return;
            }
            String what =
                    "The server was started " + seconds + " s ago, which is less than a lease (" + setup.lease() + ")";
            if (setup.quietPeriod().isZero()) {
                report.warning(
                        "server.restarted",
                        what
                                + ": a lock that it has forgotten can be granted again while its former holder believes in it",
                        "Set quietPeriod to the longest lease where the server may forget, and look why it was started");
            } else {
                report.info(
                        "server.restarted",
                        what
                                + (setup.isInQuorum()
                                        ? ": it gives no votes in its quiet period"
                                        : "; the quiet period covers that"));
            }
        });
    }

    static void clock(ClockReading reading, Setup setup, ServerReport report) {
        long offsetMicros = reading.offsetMicros();
        long errorMicros = reading.errorMicros();
        Duration apart = Duration.of(Math.max(0, Math.abs(offsetMicros) - errorMicros), ChronoUnit.MICROS);
        String what = "The clock of the server is " + Math.abs(offsetMicros) / MICROS + " ms "
                + (offsetMicros < 0 ? "behind" : "ahead of") + " that of this host (± "
                + (errorMicros + MICROS - 1) / MICROS
                + " ms)";
        if (setup.isInQuorum() && apart.compareTo(QUORUM_OFFSET) >= 0) {
            report.error(
                    "clock.offset",
                    what + ": fencing tokens may lose their order after a node has lost its data",
                    "Let both hosts keep time by NTP");
        } else if (apart.compareTo(MUCH_OFFSET) >= 0) {
            report.warning(
                    "clock.offset",
                    what
                            + ". No lease depends on it; times that people read, and the order of tokens after a loss of data, do",
                    "Let both hosts keep time by NTP");
        } else {
            report.info("clock.offset", what);
        }
    }
}
