package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/** What is fixed for one sequence: two locks, some clients, whether they keep a quiet period, and how long a step takes. */
record SequenceSetup(Theme theme, List<Shape> shapes, int clients, OptionalLong quietMillis, long tickMicros) {
    static final List<String> LOCKS = List.of("a", "b ü{1}");

    private static final Shape READ_WRITE = new Shape(LockKind.READ_WRITE, Shape.MAX);
    private static final List<Shape> SHAPES = List.of(
            Shape.MUTEX,
            new Shape(LockKind.SEMAPHORE, 3),
            READ_WRITE,
            READ_WRITE,
            new Shape(LockKind.SEMAPHORE, 3),
            new Shape(LockKind.SEMAPHORE, 10));

    static SequenceSetup random(Random random) {
        Shape first = SHAPES.get(random.nextInt(SHAPES.size()));
        Shape second = SHAPES.get(random.nextInt(SHAPES.size()));
        if (random.nextInt(4) == 0) {
            second = first;
        }
        Theme theme = Theme.random(random);
        if (theme == Theme.READERS) {
            first = READ_WRITE;
        }
        int clients = theme == Theme.CROWD ? theme.mostClients : 2 + random.nextInt(theme.mostClients - 1);
        boolean quiet = theme == Theme.RESTARTS ? random.nextInt(5) > 0 : random.nextInt(5) < 2;
        return new SequenceSetup(
                theme,
                List.of(first, second),
                clients,
                quiet ? OptionalLong.of(10_000) : OptionalLong.empty(),
                random.nextInt(3) == 0 ? 1 : 300);
    }

    /** Of two locks on a node of a quorum. */
    static SequenceSetup ofQuorum(Random random) {
        Shape first = random.nextInt(3) == 0 ? Shape.MUTEX : READ_WRITE;
        Shape second = SHAPES.get(random.nextInt(SHAPES.size()));
        return new SequenceSetup(
                Theme.QUORUM,
                List.of(first.inQuorum(), second.inQuorum()),
                2 + random.nextInt(Theme.QUORUM.mostClients - 1),
                random.nextInt(3) == 0 ? OptionalLong.of(10_000) : OptionalLong.empty(),
                random.nextInt(3) == 0 ? 1 : 300);
    }

    /** Whether both locks can be acquired in one step. */
    boolean takesAll() {
        Shape shape = shapes.get(0);
        return shape.kind() != LockKind.SEMAPHORE && shape.equals(shapes.get(1));
    }

    /** Whether scripts may learn for how long the server has been up; without more in common, where a step takes its time. */
    boolean tellsStart() {
        return tickMicros > 1;
    }

    static String lock(int index) {
        return LOCKS.get(index);
    }

    static String client(int index) {
        return ("client-" + (char) ('a' + index) + "--------------").substring(0, 22);
    }

    static String lease(int client, int number) {
        return client(client) + "-" + number;
    }
}
