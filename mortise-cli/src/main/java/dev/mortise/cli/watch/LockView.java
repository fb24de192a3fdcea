package dev.mortise.cli.watch;

import dev.mortise.LockInfo;
import dev.mortise.cli.text.LockWords;
import dev.mortise.cli.text.Printable;
import dev.mortise.cli.text.ShortDuration;
import java.util.ArrayList;
import java.util.List;

/** One lock: who holds it, what they wait for, and who waits for it. */
final class LockView {
    private final WatchScene scene;
    private final int columns;
    private final int room;

    LockView(WatchScene scene, int columns, int room) {
        this.scene = scene;
        this.columns = columns;
        this.room = room;
    }

    /** From the line on that is scrolled to; the last page stays full. */
    List<ScreenLine> lines() {
        List<ScreenLine> all = all();
        return all.subList(Math.min(scene.state().scroll(), lastScroll(all)), all.size());
    }

    /** How far it can be scrolled. */
    int lastScroll() {
        return lastScroll(all());
    }

    private int lastScroll(List<ScreenLine> all) {
        return Math.max(0, all.size() - room);
    }

    private List<ScreenLine> all() {
        String name = scene.state().opened().orElse("");
        return scene.board()
                .lock(name)
                .map(this::of)
                .orElseGet(() -> List.of(
                        ScreenLine.of(Ink.HEADING, Printable.of(name)),
                        ScreenLine.of("It is not held, and not waited for.")));
    }

    private List<ScreenLine> of(WatchedLock lock) {
        LockInfo info = lock.info();
        List<ScreenLine> lines = new ArrayList<>();
        lines.add(ScreenLine.of(Ink.HEADING, Printable.of(info.name())));
        lines.add(ScreenLine.of(LockWords.kind(info) + ", " + LockWords.use(info) + looks(lock)));
        lines.add(ScreenLine.of(Ink.HEADING, "Holders: " + info.holders().size()));
        HolderWaits waits = scene.board().waits().map(HolderWaits::new).orElse(null);
        for (LockInfo.Holder holder : info.holders()) {
            lines.add(
                    ScreenLine.of("  " + Printable.of(LockWords.who(holder.owner(), holder.client(), holder.label()))));
            lines.add(ScreenLine.of("    held for " + ShortDuration.between(holder.since(), scene.serverTime())
                    + holder.expiresIn()
                            .map(left -> ", lease ends in " + ShortDuration.of(left))
                            .orElse(", until released")
                    + ", token " + holder.fencingToken()));
            if (waits != null) {
                waits.of(info.name(), holder).forEach(line -> lines.add(ScreenLine.of(Ink.WARNING, "    " + line)));
            }
        }
        if (info.isLocked()) {
            lines.add(ScreenLine.of(Ink.FAINT, "  " + ageOfWaits()));
        }
        lines.add(ScreenLine.of(Ink.HEADING, "Waiters: " + info.waiters().size()));
        for (LockInfo.Waiter waiter : info.waiters()) {
            lines.add(ScreenLine.of(ScreenLine.right(Integer.toString(waiter.place()), 5) + " "
                    + ScreenLine.right(ShortDuration.between(waiter.since(), scene.serverTime()), 6) + " "
                    + Printable.of(LockWords.who(waiter.owner(), waiter.client(), waiter.label()))));
        }
        return lines.stream().map(line -> line.within(columns)).toList();
    }

    private static String looks(WatchedLock lock) {
        long held = lock.looks().stream().filter(WatchedLock.Look::isHeld).count();
        String rate = WatchColumn.rate(lock);
        return "; held at " + held + " of " + lock.looks().size() + " looks"
                + (rate.isEmpty() ? "" : "; " + rate + " acquires/s seen");
    }

    private String ageOfWaits() {
        return scene.board()
                .waits()
                .map(graph ->
                        "what they wait for was read " + ShortDuration.between(graph.at(), scene.serverTime()) + " ago")
                .orElse("what they wait for is not known yet; of many locks it is asked with g");
    }
}
