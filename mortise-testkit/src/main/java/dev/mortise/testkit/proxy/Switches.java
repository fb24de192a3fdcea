package dev.mortise.testkit.proxy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The faults that are on or off for all connections. Thread-safe. */
final class Switches {
    // All fields: guarded by this.
    private final Map<Direction, Long> delayNanos = new EnumMap<>(Direction.class);
    private final Set<Direction> blackHoles = EnumSet.noneOf(Direction.class);
    private final Set<Direction> held = EnumSet.noneOf(Direction.class);
    private boolean droppingMessages;

    synchronized void delay(Direction direction, Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, was " + delay);
        }
        delayNanos.put(direction, delay.toNanos());
    }

    synchronized long delayNanos(Direction direction) {
        return delayNanos.getOrDefault(direction, 0L);
    }

    synchronized void blackHole(Direction direction, boolean on) {
        set(blackHoles, direction, on);
    }

    synchronized boolean isBlackHole(Direction direction) {
        return blackHoles.contains(direction);
    }

    synchronized void hold(Direction direction, boolean on) {
        set(held, direction, on);
    }

    synchronized boolean isHeld(Direction direction) {
        return held.contains(direction);
    }

    synchronized void dropMessages(boolean on) {
        droppingMessages = on;
    }

    synchronized boolean isDroppingMessages() {
        return droppingMessages;
    }

    synchronized void clear() {
        delayNanos.clear();
        blackHoles.clear();
        held.clear();
        droppingMessages = false;
    }

    private static void set(Set<Direction> set, Direction direction, boolean on) {
        if (on) {
            set.add(direction);
        } else {
            set.remove(direction);
        }
    }
}
