package dev.mortise.tests.model;

import java.util.Random;
import java.util.stream.IntStream;

/** What a sequence is mostly about: how often each kind of step is drawn, by how many clients with how many lease ids. */
enum Theme {
    ANYTHING(4, 3),
    /** Many wait whom nobody can reach. */
    CROWD(12, 2),
    /** Leases without expiry, and clients that come and go. */
    NO_EXPIRY(2, 2),
    /** Servers that lose data. */
    RESTARTS(3, 2),
    /** Read-write locks, and what only they can do. */
    READERS(4, 3),
    /** Nodes of a quorum; never drawn with the others. */
    QUORUM(4, 3);

    private static final Theme[] DRAWN = {ANYTHING, CROWD, NO_EXPIRY, RESTARTS, READERS};

    final int mostClients;
    final int leases;

    Theme(int mostClients, int leases) {
        this.mostClients = mostClients;
        this.leases = leases;
    }

    static Theme random(Random random) {
        return random.nextBoolean() ? ANYTHING : DRAWN[random.nextInt(DRAWN.length)];
    }

    Kind kind(Random random) {
        int[] weights = weights();
        int draw = random.nextInt(IntStream.of(weights).sum());
        int index = 0;
        while (draw >= weights[index]) {
            draw -= weights[index++];
        }
        return Kind.values()[index];
    }

    private int[] weights() {
        return switch (this) {
            case ANYTHING ->
                new int[] {
                    360, 140, 100, 80, 30, 15, 35, 15, 20, 20, 30, 45, 80, 15, 15, 5, 60, 60, 30, 30, 0, 0, 25, 30
                };
            case CROWD -> new int[] {600, 80, 30, 30, 0, 5, 5, 0, 5, 5, 10, 5, 60, 2, 2, 0, 10, 20, 10, 5, 0, 0, 8, 0};
            case NO_EXPIRY ->
                new int[] {
                    200, 60, 80, 30, 100, 20, 250, 90, 10, 10, 15, 60, 140, 10, 10, 5, 40, 30, 20, 15, 0, 0, 10, 10
                };
            case RESTARTS ->
                new int[] {250, 80, 250, 40, 20, 5, 20, 10, 10, 5, 80, 30, 60, 60, 80, 60, 40, 40, 30, 15, 0, 0, 8, 20};
            case READERS ->
                new int[] {300, 80, 40, 30, 160, 10, 10, 10, 10, 30, 30, 40, 80, 5, 8, 5, 60, 250, 100, 150, 0, 0, 0, 30
                };
            case QUORUM ->
                new int[] {0, 120, 60, 60, 15, 15, 20, 10, 20, 40, 50, 60, 100, 10, 15, 5, 0, 0, 40, 0, 500, 100, 0, 0};
        };
    }

    /** In the order of the weights. */
    enum Kind {
        ACQUIRE,
        RELEASE,
        RENEW,
        WITHDRAW,
        ADOPT,
        FORCE,
        COLLECT,
        HEARTBEAT,
        LOOK,
        LOSE_INBOX,
        RECONNECT,
        WAIT,
        WAIT_UNTIL,
        SAVE,
        RESTART,
        JOIN,
        RESERVE,
        UPGRADE,
        DOWNGRADE,
        SPLIT,
        VOTE,
        UNVOTE,
        RESIZE,
        ACQUIRE_ALL
    }
}
