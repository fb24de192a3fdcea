package dev.mortise.cli.watch;

import java.util.List;
import java.util.Optional;

/** What is shown of it all, as keys have chosen. For the thread of the loop only. */
final class WatchState {
    private WatchPage page = WatchPage.LIST;
    private WatchOrder order;
    private boolean isReversed;
    private WatchFilter filter = WatchFilter.NONE;

    /** The filter while it is typed. */
    private Optional<String> draft = Optional.empty();

    /** Name of the chosen lock. */
    private Optional<String> chosen = Optional.empty();

    /** Where the chosen lock was in the list: for when it goes. */
    private int chosenAt;

    /** How many lines of an open lock are above the screen. */
    private int scroll;

    private boolean isPaused;

    /** Whether the next round asks who waits for whom, however many locks there are. */
    private boolean isAskingWaits;

    private Optional<WatchEnd> end = Optional.empty();

    WatchState(WatchOrder order) {
        this.order = order;
    }

    WatchPage page() {
        return page;
    }

    WatchOrder order() {
        return order;
    }

    boolean isReversed() {
        return isReversed;
    }

    /** That which is typed counts at once. */
    WatchFilter filter() {
        return draft.map(WatchFilter::new).orElse(filter);
    }

    Optional<String> draft() {
        return draft;
    }

    boolean isPaused() {
        return isPaused;
    }

    boolean isAskingWaits() {
        return isAskingWaits;
    }

    int scroll() {
        return scroll;
    }

    /** Why a person has ended it; empty while none has. */
    Optional<WatchEnd> end() {
        return end;
    }

    /** The lock that is open. */
    Optional<String> opened() {
        return page == WatchPage.LOCK ? chosen : Optional.empty();
    }

    /** Which row is the chosen one: that of the lock, or the one that took its place; -1 when none is chosen. */
    int chosenRow(List<String> names) {
        if (chosen.isEmpty() || names.isEmpty()) {
            return -1;
        }
        int row = names.indexOf(chosen.get());
        return row >= 0 ? row : Math.min(chosenAt, names.size() - 1);
    }

    void choose(List<String> names, int row) {
        if (!names.isEmpty()) {
            chosenAt = Math.max(0, Math.min(row, names.size() - 1));
            chosen = Optional.of(names.get(chosenAt));
        }
    }

    void open(WatchPage next) {
        page = next;
        scroll = 0;
        isAskingWaits = false;
    }

    /** In that order; turned round if it is that order already. */
    void sort(WatchOrder next) {
        isReversed = next == order && !isReversed;
        order = next;
    }

    void type(String text) {
        draft = Optional.of(text);
    }

    /** Keeps what is typed, or forgets it. */
    void endTyping(boolean isKept) {
        if (isKept) {
            filter = filter();
        }
        draft = Optional.empty();
    }

    void clearFilter() {
        filter = WatchFilter.NONE;
    }

    /** Not above the first line; the view cares for the last one. */
    void scrollTo(int line) {
        scroll = Math.max(0, line);
    }

    void pause(boolean paused) {
        isPaused = paused;
    }

    void askWaits(boolean asks) {
        isAskingWaits = asks;
    }

    void end(WatchEnd why) {
        end = Optional.of(why);
    }
}
