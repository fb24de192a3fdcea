package dev.mortise.cli.watch;

import dev.mortise.cli.text.DisplayWidth;
import dev.mortise.cli.text.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which columns a list has in a width: the more room, the more of them.
 *
 * @param figures those in front
 * @param name width of the name
 * @param holder width of who holds it; 0 without that column
 */
record ListColumns(List<WatchColumn> figures, int name, int holder) {
    /** In the order in which they are given room. */
    private static final List<WatchColumn> BY_WORTH = List.of(
            WatchColumn.WAIT,
            WatchColumn.HOLD,
            WatchColumn.QUEUE,
            WatchColumn.RATE,
            WatchColumn.USE,
            WatchColumn.SHARE);

    /** So many are shown beside the name alone. */
    private static final int ALWAYS = 3;

    private static final int LEAST_NAME = 16;
    private static final int LEAST_HOLDER = 16;
    private static final int GAP = 1;

    /** @param names the widest name that is shown */
    static ListColumns of(int columns, int names) {
        List<WatchColumn> shown = new ArrayList<>();
        int left = columns;
        for (WatchColumn column : BY_WORTH) {
            int least = LEAST_NAME + (shown.size() < ALWAYS ? 0 : GAP + LEAST_HOLDER + comfort(column));
            if (left - column.width() - GAP >= least) {
                shown.add(column);
                left -= column.width() + GAP;
            }
        }
        shown.sort(null);
        int beside = left - GAP - LEAST_HOLDER;
        if (beside < LEAST_NAME) {
            return new ListColumns(shown, left, 0);
        }
        int name = Math.min(beside, Math.max(LEAST_NAME, Math.min(names, left * 3 / 5)));
        return new ListColumns(shown, name, left - GAP - name);
    }

    /** The last one is worth less than words that are not cut off. */
    private static int comfort(WatchColumn column) {
        return column == WatchColumn.SHARE ? LEAST_HOLDER : 0;
    }

    String heading() {
        String line = figures.stream()
                .map(column -> cell(column, column.title()) + " ")
                .collect(Collectors.joining());
        return line + (holder > 0 ? ScreenLine.padded("LOCK", name) + " HELD BY" : "LOCK");
    }

    /** @param now by the server's clock */
    String row(WatchedLock lock, Instant now) {
        String line = figures.stream()
                .map(column -> cell(column, column.of(lock, now)) + " ")
                .collect(Collectors.joining());
        String shown = Printable.of(lock.info().name());
        return line
                + (holder > 0
                        ? ScreenLine.padded(shown, name) + " " + DisplayWidth.cut(WatchColumn.holder(lock), holder)
                        : DisplayWidth.cut(shown, name));
    }

    private static String cell(WatchColumn column, String text) {
        return column == WatchColumn.USE
                ? ScreenLine.padded(text, column.width())
                : ScreenLine.right(text, column.width());
    }
}
