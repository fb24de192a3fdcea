package dev.mortise.cli.watch;

import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** The screen: a bar above, what the page shows, and a bar with the keys. A small screen leaves out what it can do without. */
final class WatchView {
    /** The bars, and a line of figures with a body of three lines, take that. */
    private static final int ROWS_FOR_BARS = 3;

    private static final int ROWS_FOR_FIGURES = 6;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final WatchScene scene;
    private final ScreenSize size;
    private final ZoneId zone;

    WatchView(WatchScene scene, ScreenSize size, ZoneId zone) {
        this.scene = scene;
        this.size = size;
        this.zone = zone;
    }

    /** As many as the screen has rows, none wider than it. */
    List<ScreenLine> lines() {
        List<ScreenLine> lines = new ArrayList<>();
        if (size.rows() >= ROWS_FOR_BARS) {
            lines.add(top());
        }
        if (size.rows() >= ROWS_FOR_FIGURES) {
            lines.addAll(figures());
        }
        boolean hasFoot = size.rows() >= ROWS_FOR_BARS;
        int room = size.rows() - lines.size() - (hasFoot ? 1 : 0);
        List<ScreenLine> body = body(room);
        lines.addAll(body.subList(0, Math.min(room, body.size())));
        while (lines.size() < size.rows() - (hasFoot ? 1 : 0)) {
            lines.add(ScreenLine.EMPTY);
        }
        if (hasFoot) {
            lines.add(foot());
        }
        return lines.stream().map(line -> line.within(size.columns())).toList();
    }

    /** How many rows of locks, or lines of a page, there is room for; one at least. */
    int pageSize() {
        int bars = size.rows() >= ROWS_FOR_BARS ? 2 : 0;
        int figures = size.rows() >= ROWS_FOR_FIGURES ? figures().size() : 0;
        int heading = scene.state().page() == WatchPage.LIST ? 1 : 0;
        return Math.max(1, size.rows() - bars - figures - heading);
    }

    /** How far the page can be scrolled. */
    int lastScroll() {
        return scene.state().page() == WatchPage.LOCK
                ? new LockView(scene, size.columns(), pageSize()).lastScroll()
                : 0;
    }

    private List<ScreenLine> body(int room) {
        return switch (scene.state().page()) {
            case LIST -> new ListView(scene, size.columns(), room).lines();
            case LOCK -> new LockView(scene, size.columns(), room).lines();
            case HELP -> HelpView.lines();
        };
    }

    private ScreenLine top() {
        String right = scene.board()
                        .last()
                        .map(last -> "round " + last.number() + ", ")
                        .orElse("")
                + TIME.format(scene.now().atZone(zone));
        String paused = scene.state().isPaused() ? "PAUSED  " : "";
        return ScreenLine.bar(
                "mortise watch  " + scene.where() + "  every " + ShortDuration.of(scene.every()),
                paused + right,
                size.columns());
    }

    private List<ScreenLine> figures() {
        List<ScreenLine> lines = new ArrayList<>();
        WatchState state = scene.state();
        lines.add(ScreenLine.of(WatchWords.counts(scene.board())));
        String order = "by " + state.order().title() + (state.isReversed() ? ", reversed" : "");
        String filter = state.filter().isOn()
                ? "; only \"" + Printable.of(state.filter().text()) + "\""
                : "";
        lines.add(ScreenLine.of(Ink.FAINT, WatchWords.extent(scene.board()) + "; " + order + filter));
        scene.board()
                .failure()
                .ifPresent(failure -> lines.add(ScreenLine.of(Ink.BAD, WatchWords.failure(failure, scene.now()))));
        if (!scene.note().isEmpty() && scene.board().failure().isEmpty()) {
            lines.add(ScreenLine.of(Ink.WARNING, Printable.of(scene.note())));
        }
        return lines;
    }

    private ScreenLine foot() {
        return scene.state()
                .draft()
                .map(draft -> ScreenLine.of(
                        Ink.PLAIN, "only with: " + tail(Printable.of(draft)) + "_   (Enter keeps it, Esc drops it)"))
                .orElseGet(() -> ScreenLine.bar(keys(), "", size.columns()));
    }

    /** The end of a long text is what the person types. */
    private String tail(String text) {
        int most = Math.max(8, size.columns() - 20);
        return text.length() <= most ? text : text.substring(text.length() - most);
    }

    private String keys() {
        return switch (scene.state().page()) {
            case LIST -> "q quit  Enter open  / filter  s sort (b w h l n)  r reverse  p pause  ? help";
            case LOCK -> "q quit  Esc back  Up Down scroll  g who waits for whom  p pause  ? help";
            case HELP -> "any key: back";
        };
    }
}
