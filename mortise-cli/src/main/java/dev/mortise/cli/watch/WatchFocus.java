package dev.mortise.cli.watch;

import java.util.List;
import java.util.Optional;

/**
 * What the person looks at, so that each round looks at it.
 *
 * @param opened the lock that is open
 * @param first those that are on the screen, first one first
 * @param isAskingWaits whether to ask who waits for whom, however many locks there are
 */
record WatchFocus(Optional<String> opened, List<String> first, boolean isAskingWaits) {
    /** Nothing in particular. */
    static final WatchFocus NONE = new WatchFocus(Optional.empty(), List.of(), false);

    WatchFocus {
        first = List.copyOf(first);
    }
}
