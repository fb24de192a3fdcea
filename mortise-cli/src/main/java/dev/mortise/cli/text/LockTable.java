package dev.mortise.cli.text;

import dev.mortise.LockInfo;
import java.time.Clock;
import java.time.Instant;

/** Locks below each other, one a line. Not thread-safe. */
public final class LockTable {
    private final Clock clock = Clock.systemUTC();
    private final Table table;

    /** Lines go there. */
    public LockTable(Output out) {
        table = new Table(out, "NAME", "KIND", "USE", "FOR", "LEASE", "WAITING", "HOLDER");
    }

    /** One lock, with its first holder. */
    public void row(LockInfo info) {
        Instant now = clock.instant();
        String first = "";
        String since = "-";
        String left = "-";
        if (info.isLocked()) {
            LockInfo.Holder holder = info.holders().get(0);
            int others = info.holders().size() - 1;
            first = LockWords.who(holder.owner(), holder.client(), holder.label())
                    + (others == 0 ? "" : " and " + others + " more");
            since = ShortDuration.between(holder.since(), now);
            left = LockWords.left(holder.expiresIn());
        }
        table.row(
                info.name(),
                LockWords.kind(info),
                LockWords.use(info),
                since,
                left,
                Integer.toString(info.waiters().size()),
                first);
    }

    /** Writes what is kept. */
    public void finish() {
        table.finish();
    }
}
