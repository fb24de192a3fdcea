package dev.mortise.internal.deadlock;

import dev.mortise.DeadlockVictim;
import dev.mortise.internal.store.WaitRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The owner whose wait ends. Every client that knows the same owners comes to the same choice, whatever it was told to choose
 * itself: of the owners whose clients let a wait end, the one with the least id decides how one of them is chosen.
 *
 * @param victim whose wait ends, or whose client only tells of the deadlock
 * @param policy how it was chosen; {@link DeadlockVictim#NONE_JUST_REPORT} if that is the policy of all of them
 */
record VictimChoice(WaitRecord victim, DeadlockVictim policy) {
    private static final Comparator<WaitRecord> YOUNGEST =
            Comparator.comparingLong(WaitRecord::firstMillis).reversed().thenComparing(WaitRecord::owner);

    private static final Comparator<WaitRecord> FEWEST_LOCKS =
            Comparator.comparingInt(WaitRecord::holds).thenComparing(YOUNGEST);

    /** @param deadlock not empty */
    static VictimChoice of(Collection<WaitRecord> deadlock) {
        List<WaitRecord> ending = deadlock.stream()
                .filter(record -> record.policy() != DeadlockVictim.NONE_JUST_REPORT)
                .toList();
        Collection<WaitRecord> among = ending.isEmpty() ? deadlock : ending;
        DeadlockVictim policy = among.stream()
                .min(Comparator.comparing(WaitRecord::owner))
                .orElseThrow()
                .policy();
        Comparator<WaitRecord> order = policy == DeadlockVictim.FEWEST_LOCKS ? FEWEST_LOCKS : YOUNGEST;
        return new VictimChoice(among.stream().min(order).orElseThrow(), policy);
    }

    /** Whether a wait ends at all. */
    boolean ends() {
        return policy != DeadlockVictim.NONE_JUST_REPORT;
    }
}
