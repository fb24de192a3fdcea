package dev.mortise.cli.watch;

import dev.mortise.cli.text.DisplayWidth;
import dev.mortise.cli.text.Printable;
import java.util.ArrayList;
import java.util.List;

/** A row for each lock. */
final class ListView {
    private final WatchScene scene;
    private final int columns;
    private final int room;

    /** @param room lines */
    ListView(WatchScene scene, int columns, int room) {
        this.scene = scene;
        this.columns = columns;
        this.room = room;
    }

    /** The heading, and the page of rows that has the chosen one. */
    List<ScreenLine> lines() {
        WatchState state = scene.state();
        List<WatchedLock> rows = scene.board().rows(state.order(), state.isReversed(), state.filter());
        if (rows.isEmpty()) {
            return List.of(ScreenLine.EMPTY, ScreenLine.of(nothing()));
        }
        int chosen = state.chosenRow(rows.stream().map(row -> row.info().name()).toList());
        int page = Math.max(1, room - 1);
        int first = Math.max(0, chosen) / page * page;
        List<WatchedLock> shown = rows.subList(first, Math.min(rows.size(), first + page));
        int widest = shown.stream()
                .mapToInt(row -> DisplayWidth.of(Printable.of(row.info().name())))
                .max()
                .orElse(0);
        ListColumns layout = ListColumns.of(columns, widest);
        List<ScreenLine> lines = new ArrayList<>();
        if (room > 1) {
            lines.add(ScreenLine.of(Ink.HEADING, layout.heading()));
        }
        for (int i = 0; i < shown.size(); i++) {
            WatchedLock lock = shown.get(i);
            ScreenLine line = ScreenLine.of(ink(lock), layout.row(lock, scene.serverTime()));
            lines.add(first + i == chosen ? line.all(Ink.CHOSEN, columns) : line);
        }
        return lines;
    }

    private Ink ink(WatchedLock lock) {
        if (!scene.board().isFresh(lock) || !lock.isUsed()) {
            return Ink.FAINT;
        }
        return lock.info().waiters().isEmpty() ? Ink.PLAIN : Ink.WARNING;
    }

    private String nothing() {
        if (scene.board().last().isEmpty()) {
            return "looking ...";
        }
        return scene.state().filter().isOn() ? "no lock has that in it" : "no lock is held or waited for";
    }
}
