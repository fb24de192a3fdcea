package dev.mortise.tests.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something that happens in a {@link ServerWorld}. It depends on nothing but itself, so that any of them can be left out.
 *
 * @param afterMillis since the one before
 * @param client which one, if it happens to one
 * @param choice decides the rest
 */
record Event(long afterMillis, Kind kind, int client, long choice) {
    enum Kind {
        ACQUIRE(60),
        RELEASE(6),
        LEAVE(3),
        EXTEND(5),
        ENSURE(3),
        DETACH(3),
        ADOPT(4),
        UPGRADE(4),
        DOWNGRADE(3),
        DISCONNECT(1),
        RECONNECT(12),
        LOSE_INBOX(1),
        TROUBLE(3),
        SILENCE(5),
        FREEZE(1),
        RESTART(1),
        KILL(1),
        CLOSE(1);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    static List<Event> random(Random random, int count, int clients) {
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < kind.weight; i++) {
                kinds.add(kind);
            }
        }
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long after = random.nextInt(4) == 0 ? random.nextLong(1_500) : random.nextLong(60);
            events.add(new Event(
                    after, kinds.get(random.nextInt(kinds.size())), random.nextInt(clients), random.nextLong()));
        }
        return events;
    }
}
