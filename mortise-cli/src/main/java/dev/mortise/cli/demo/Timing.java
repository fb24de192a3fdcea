package dev.mortise.cli.demo;

import java.time.Duration;

/** How long things take in the demo. */
final class Timing {
    static final Duration LEASE = Duration.ofMillis(2500);
    static final Duration COMMAND_TIMEOUT = Duration.ofMillis(400);

    /** Between reading the balance and writing it. */
    static final Duration THINK = Duration.ofMillis(3);

    /** How long after the end of a dead holder's lease the next one may come at the latest. */
    static final Duration TAKE_OVER = Duration.ofSeconds(1);

    /** By how much the end of a lease may seem later than it is: times are rounded to ms. */
    static final Duration BLUR = Duration.ofMillis(3);

    /** For JVMs to start on a busy machine, and for anything else that must happen at some time. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private Timing() {}

    /** One clock for all processes of a machine. */
    static long micros() {
        return System.nanoTime() / 1000;
    }
}
