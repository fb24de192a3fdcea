package dev.mortise.faults.traffic;

import java.io.PrintStream;

/** What a worker sees, a line each, out of its process at once. Thread-safe. */
final class Journal {
    private final PrintStream out;

    Journal(PrintStream out) {
        this.out = out;
    }

    void ready() {
        line("ready", System.nanoTime());
    }

    void bye() {
        line("bye", System.nanoTime());
    }

    void asked(String thread, String lock, long at) {
        line("asked", thread, lock, at);
    }

    void queued(String thread, String lock) {
        line("queued", thread, lock, System.nanoTime());
    }

    void got(String thread, String lock, String leaseId, long token, long at, long validAt) {
        line("got", thread, lock, leaseId, token, at, validAt);
    }

    /** It still was at that moment. */
    void valid(String thread, String lock, long validAt) {
        line("valid", thread, lock, validAt);
    }

    void missed(String thread, String lock, String why, long at) {
        line("missed", thread, lock, why, at);
    }

    /** The unfenced counter was set. */
    void counted(String thread, String lock) {
        line("counted", thread, lock);
    }

    void ended(String thread, String lock, long validAt, String outcome, long at) {
        line("ended", thread, lock, validAt, outcome, at);
    }

    private void line(Object... words) {
        StringBuilder text = new StringBuilder();
        for (Object word : words) {
            text.append(word).append(' ');
        }
        String whole = text.append('\n').toString();
        synchronized (out) {
            out.print(whole);
            out.flush();
        }
    }
}
