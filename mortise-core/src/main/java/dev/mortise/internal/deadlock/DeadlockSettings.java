package dev.mortise.internal.deadlock;

import dev.mortise.DeadlockVictim;
import java.time.Duration;

/**
 * How deadlocks are looked for.
 *
 * @param checkAfter how long a wait has lasted before it is looked at; zero = they are not looked for
 * @param victim whose wait ends
 */
public record DeadlockSettings(Duration checkAfter, DeadlockVictim victim) {
    private static final Duration LEAST = Duration.ofMillis(100);
    private static final Duration MOST = Duration.ofHours(1);

    /** Waits are looked at after a second, and that of the youngest ends. */
    public static final DeadlockSettings USUAL = new DeadlockSettings(Duration.ofSeconds(1), DeadlockVictim.YOUNGEST);

    /** @throws IllegalArgumentException when it is neither zero nor from 100 ms to an hour */
    public DeadlockSettings {
        if (!checkAfter.isZero() && (checkAfter.compareTo(LEAST) < 0 || checkAfter.compareTo(MOST) > 0)) {
            throw new IllegalArgumentException(
                    "deadlockCheckAfter must be from " + LEAST + " to " + MOST + ", was " + checkAfter);
        }
    }

    /** The same, looked for after that time, which is not zero. */
    public DeadlockSettings after(Duration newCheckAfter) {
        if (newCheckAfter.isZero()) {
            throw new IllegalArgumentException("deadlockCheckAfter must be from " + LEAST + " to " + MOST
                    + "; noDeadlockDetection() switches it off");
        }
        return new DeadlockSettings(newCheckAfter, victim);
    }

    /** The same, ending the wait of that one. */
    public DeadlockSettings ending(DeadlockVictim newVictim) {
        return new DeadlockSettings(checkAfter, newVictim);
    }

    /** They are not looked for. */
    public DeadlockSettings off() {
        return new DeadlockSettings(Duration.ZERO, victim);
    }

    /** Whether they are looked for. */
    public boolean isOn() {
        return !checkAfter.isZero();
    }
}
