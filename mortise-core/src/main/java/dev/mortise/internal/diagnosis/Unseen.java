package dev.mortise.internal.diagnosis;

import dev.mortise.internal.store.Failure;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.regex.Pattern;

/**
 * Something that could not be looked at.
 *
 * @param command which was refused, or not answered
 * @param right what gives it, as {@code ACL SETUSER} takes it; "" when that is not what is missing
 * @param reason what the server said, or why it said nothing
 */
record Unseen(String command, String right, String reason) {
    private static final Pattern NO_RIGHT = Pattern.compile("NOPERM|lacks a right");
    private static final Pattern UNKNOWN = Pattern.compile("(?i)unknown (?:redis |valkey )?(?:sub)?command");

    static Unseen of(String command, String right, Throwable failure) {
        String message = String.valueOf(Failure.of(failure).getMessage());
        if (NO_RIGHT.matcher(message).find()) {
            return new Unseen(command, right, "the Redis user may not use it");
        }
        if (UNKNOWN.matcher(message).find()) {
            return new Unseen(command, "", "the server does not offer it");
        }
        return new Unseen(command, "", message);
    }

    /** Whether it is a right that is missing. */
    boolean isRight() {
        return !right.isEmpty();
    }

    /** Each once: the sections of INFO share a right. */
    static void report(Collection<Unseen> all, ServerReport report) {
        for (Unseen each : new LinkedHashSet<>(all)) {
            if (each.isRight()) {
                report.info(
                        "not-looked-at",
                        "What " + each.command + " tells could not be looked at: needs the right " + each.right,
                        "ACL SETUSER <name> " + each.right + ", or give it to a user of its own for such questions");
            } else {
                report.info("not-looked-at", "What " + each.command + " tells could not be looked at: " + each.reason);
            }
        }
    }
}
