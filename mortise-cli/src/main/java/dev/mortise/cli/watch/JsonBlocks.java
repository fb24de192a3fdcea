package dev.mortise.cli.watch;

import dev.mortise.cli.json.JsonLines;
import dev.mortise.cli.json.LockJson;
import dev.mortise.cli.watch.WatchedLock.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** A line for the round, and two for each of the first locks: as it is, and what was seen of it. */
final class JsonBlocks implements WatchBlocks {
    private final JsonLines lines;
    private final WatchSettings settings;

    JsonBlocks(JsonLines lines, WatchSettings settings) {
        this.lines = lines;
        this.settings = settings;
    }

    @Override
    public void seen(WatchBoard board, LookRound round) {
        List<WatchedLock> rows = board.rows(settings.order(), false, WatchFilter.NONE).stream()
                .filter(lock -> lock.isUsed() && board.isFresh(lock))
                .limit(settings.rows())
                .toList();
        round(board, round.at(), round.took(), round.locks().size(), null);
        for (WatchedLock lock : rows) {
            LockJson.line(lines, lock.info());
            lines.line("activity", json -> activity(json, lock));
        }
    }

    @Override
    public void failed(WatchBoard board, WatchBoard.Failure failure, Instant at) {
        round(board, at, Duration.ZERO, 0, failure.message());
    }

    private void round(WatchBoard board, Instant at, Duration took, int looked, @Nullable String failure) {
        lines.line("round", json -> {
            JsonLines.instant(json, "at", at);
            json.writeNumberProperty("tookMillis", took.toMillis());
            json.writeNumberProperty("held", board.held());
            json.writeNumberProperty("waitedFor", board.waitedFor());
            json.writeNumberProperty("waiters", board.waiters());
            json.writeNumberProperty("lookedAt", looked);
            json.writeNumberProperty("more", board.more());
            json.writeBooleanProperty("hasUnknown", board.hasUnknown());
            if (failure == null) {
                json.writeNullProperty("failure");
            } else {
                json.writeStringProperty("failure", failure);
            }
        });
    }

    private static void activity(JsonGenerator json, WatchedLock lock) {
        List<Look> looks = lock.looks();
        json.writeStringProperty("name", lock.info().name());
        json.writeNumberProperty("looks", looks.size());
        json.writeNumberProperty(
                "heldLooks", looks.stream().filter(Look::isHeld).count());
        json.writeNumberProperty(
                "grantsSeen", looks.stream().skip(1).mapToLong(Look::grants).sum());
        json.writeNumberProperty(
                "overMillis",
                Duration.between(looks.get(0).at(), looks.get(looks.size() - 1).at())
                        .toMillis());
        json.writeBooleanProperty("hasMoreGrants", lock.hasMoreGrants());
    }
}
