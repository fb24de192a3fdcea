package dev.mortise.cli.watch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the keys do, and what the columns are. */
final class HelpView {
    private HelpView() {}

    static List<ScreenLine> lines() {
        Stream<String> orders =
                Arrays.stream(WatchOrder.values()).map(order -> key(String.valueOf(order.key()), order.title()));
        return Stream.of(
                        Stream.of("Order (the same key again turns it round, s takes the next one):"),
                        orders,
                        Stream.of(
                                "Keys:",
                                key("Up Down", "choose a lock; also j k, Page Up, Page Down, Home, End"),
                                key("Enter", "open it: holders, queue, what holders wait for"),
                                key("Esc", "back; in the list, without the filter"),
                                key("/", "only locks with that text in name, owner, client or label"),
                                key("p", "pause: ask nothing, and keep the screen"),
                                key("q", "quit; Ctrl-Z suspends, Ctrl-L draws anew"),
                                "Columns:",
                                key("HOLD WAIT", "the oldest hold, and the oldest wait"),
                                key("ACQ/S", "acquires a second that were seen; > there may be more"),
                                key("HELD%", "at which part of the last 16 looks it was held")))
                .flatMap(lines -> lines)
                .map(line -> line.startsWith(" ") ? ScreenLine.of(line) : ScreenLine.of(Ink.HEADING, line))
                .toList();
    }

    private static String key(String key, String meaning) {
        return "  " + ScreenLine.padded(key, 10) + " " + meaning;
    }
}
