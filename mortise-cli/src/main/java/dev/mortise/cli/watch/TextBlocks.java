package dev.mortise.cli.watch;

import dev.mortise.cli.text.Output;
import dev.mortise.cli.text.Tone;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** A line of figures, and a row for each of the first locks. */
final class TextBlocks implements WatchBlocks {
    /** As wide as a usual terminal, with room for names. */
    private static final int COLUMNS = 120;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final Output out;
    private final WatchSettings settings;
    private final ZoneId zone;
    private boolean isFirst = true;

    TextBlocks(Output out, WatchSettings settings, ZoneId zone) {
        this.out = out;
        this.settings = settings;
        this.zone = zone;
    }

    @Override
    public void seen(WatchBoard board, LookRound round) {
        head(round.at(), WatchWords.counts(board) + "; " + WatchWords.extent(board));
        List<WatchedLock> rows = board.rows(settings.order(), false, WatchFilter.NONE).stream()
                .filter(WatchedLock::isUsed)
                .toList();
        if (rows.isEmpty()) {
            return;
        }
        ListColumns layout = ListColumns.of(COLUMNS, COLUMNS);
        out.line(out.palette().paint(Tone.HEADING, layout.heading()));
        Instant now = board.serverTime(round.at().plus(round.took()));
        rows.stream()
                .limit(settings.rows())
                .forEach(lock -> out.line(layout.row(lock, now).stripTrailing()));
        if (rows.size() > settings.rows()) {
            out.line("and " + WatchWords.many(rows.size() - settings.rows()) + " more");
        }
    }

    @Override
    public void failed(WatchBoard board, WatchBoard.Failure failure, Instant at) {
        head(at, WatchWords.failure(failure, at));
    }

    private void head(Instant at, String text) {
        if (!isFirst) {
            out.line("");
        }
        isFirst = false;
        out.line(TIME.format(at.atZone(zone)) + "  " + text);
    }
}
