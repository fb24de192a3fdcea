package dev.mortise.internal.script;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Held;
import dev.mortise.internal.store.WaitRecord.Wanted;
import java.util.ArrayList;
import java.util.List;

/**
 * A record of the register of waits as it is stored: a line for the owner, and one for each lock it wants. What it holds is stored
 * with the locks, see {@link GatheredWaits}. The words of a line are parted by tabs, which no name, owner or label can hold.
 */
final class WaitRecords {
    private static final String SEPARATOR = "\t";

    private WaitRecords() {}

    /** All but what it holds. */
    static String encode(WaitRecord record) {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(
                SEPARATOR,
                record.owner(),
                Long.toString(record.version()),
                record.clientId(),
                Long.toString(record.firstMillis()),
                Integer.toString(record.holds()),
                record.tag().owner(),
                record.tag().label(),
                record.policy().name()));
        for (Wanted wanted : record.wanted()) {
            lines.add(String.join(
                    SEPARATOR,
                    wanted.lock(),
                    wanted.waitId(),
                    wanted.queuedId(),
                    Long.toString(wanted.permits()),
                    Long.toString(wanted.capacity()),
                    Long.toString(wanted.sinceMillis())));
        }
        return String.join("\n", lines);
    }

    /** The same, without what it holds. */
    static WaitRecord decode(String stored) {
        String[] lines = stored.split("\n", -1);
        String[] owner = lines[0].split(SEPARATOR, -1);
        List<Wanted> wanted = new ArrayList<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            String[] words = line.split(SEPARATOR, -1);
            wanted.add(new Wanted(
                    words[0],
                    words[1],
                    words[2],
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5])));
        }
        return new WaitRecord(
                owner[0],
                Long.parseLong(owner[1]),
                owner[2],
                new Tag(owner[5], owner[6]),
                Long.parseLong(owner[3]),
                DeadlockVictim.valueOf(owner[7]),
                wanted,
                List.of(),
                Integer.parseInt(owner[4]));
    }

    /** A hold, as it is told. */
    static String encode(Held held) {
        return String.join(
                SEPARATOR,
                held.lock(),
                held.holdId(),
                Long.toString(held.permits()),
                Long.toString(held.sinceMillis()));
    }
}
