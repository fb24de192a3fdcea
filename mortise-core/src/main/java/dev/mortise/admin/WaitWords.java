package dev.mortise.admin;

import dev.mortise.LockKind;
import dev.mortise.admin.WaitGraph.Hold;
import dev.mortise.admin.WaitGraph.Lock;
import dev.mortise.admin.WaitGraph.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** Holds and waits of one graph in a few words. */
final class WaitWords {
    private final Instant at;
    private final Set<String> semaphores = new HashSet<>();

    WaitWords(WaitGraph graph) {
        this.at = graph.at();
        graph.locks().stream()
                .filter(lock -> lock.kind() == LockKind.SEMAPHORE)
                .map(Lock::name)
                .forEach(semaphores::add);
    }

    /** For how long, and what else there is to a hold. */
    String of(Hold hold) {
        String left =
                hold.expiresIn().map(end -> ", lease ends in " + span(end)).orElse(", until released");
        return "for " + since(hold.since()) + " (token " + hold.fencingToken() + permits(hold.lock(), hold.permits())
                + left + ")";
    }

    /** For how long, and what else there is to a wait. */
    String of(Wait wait) {
        String where = wait.isLocal() ? "inside its client" : "place " + wait.place();
        return "for " + since(wait.since()) + " (" + where + permits(wait.lock(), wait.permits()) + ")";
    }

    /** Of a mutex or read-write lock they say nothing that people want to know. */
    private String permits(String lock, long permits) {
        return semaphores.contains(lock) ? ", " + permits + (permits == 1 ? " permit" : " permits") : "";
    }

    private String since(Instant time) {
        return span(Duration.between(time, at));
    }

    /** Clocks differ: what begins only later has just begun. */
    private static String span(Duration time) {
        long millis = Math.max(0, time.toMillis());
        long seconds = millis / 1_000;
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (seconds < 60) {
            return seconds + "." + millis % 1_000 / 100 + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min"
                : seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
    }

    /** On one line. */
    static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '?' : (char) c));
        return shown.toString();
    }
}
