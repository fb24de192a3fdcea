package dev.mortise.cli.watch;

import dev.mortise.ClientInfo;
import java.util.Locale;
import java.util.stream.Stream;

/** Locks in which a text occurs: in the name, or in owner, client or label of those who hold it or wait for it. Case does not count. */
record WatchFilter(String text) {
    /** All locks. */
    static final WatchFilter NONE = new WatchFilter("");

    boolean isOn() {
        return !text.isEmpty();
    }

    boolean matches(WatchedLock lock) {
        if (!isOn() || has(lock.info().name())) {
            return true;
        }
        Stream<String> holders = lock.info().holders().stream()
                .flatMap(holder -> words(holder.owner(), holder.client(), holder.label()));
        Stream<String> waiters = lock.info().waiters().stream()
                .flatMap(waiter -> words(waiter.owner(), waiter.client(), waiter.label()));
        return Stream.concat(holders, waiters).anyMatch(this::has);
    }

    private static Stream<String> words(String owner, ClientInfo client, String label) {
        return Stream.of(owner, client.describe(), label);
    }

    private boolean has(String where) {
        return where.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }
}
