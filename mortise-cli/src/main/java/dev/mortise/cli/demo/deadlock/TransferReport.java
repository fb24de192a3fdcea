package dev.mortise.cli.demo.deadlock;

import java.util.List;

/**
 * What a process tells, a line each on its standard output.
 *
 * @param kind of what happened
 * @param micros when, by the monotonic clock, which is one for all processes of a machine
 * @param text as the kind says; may be empty
 */
record TransferReport(Kind kind, long micros, String text) {
    /** The kinds, in the order in which they may come. */
    enum Kind {
        /** Has its first lock: the fencing token. */
        HOLDS,
        /** Asks for its second lock. */
        WAITS,
        /** Its wait was ended because of a deadlock: the message of the exception. */
        VICTIM,
        /** Has its second lock, too: the fencing token of that. */
        HAS_BOTH,
        /** Has released all it had, and ends. */
        RELEASED
    }

    static TransferReport now(Kind kind, String text) {
        return new TransferReport(kind, System.nanoTime() / 1000, text);
    }

    String encode() {
        return kind + " " + micros + " " + text.replace('\n', ' ');
    }

    static TransferReport decode(String line) {
        List<String> parts = List.of(line.split(" ", 3));
        return new TransferReport(Kind.valueOf(parts.get(0)), Long.parseLong(parts.get(1)), parts.get(2));
    }
}
