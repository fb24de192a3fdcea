package dev.mortise.internal.client;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;

/**
 * What a name is used as, and how much of it one lease takes.
 *
 * @param permits at most the capacity of the shape
 */
record Use(Shape shape, long permits) {
    static final Use MUTEX = new Use(Shape.MUTEX, 1);
    static final Use READER = new Use(new Shape(LockKind.READ_WRITE, Shape.MAX), 1);
    static final Use WRITER = new Use(READER.shape(), Shape.MAX);

    /** Checks the permits. */
    Use {
        if (permits < 1 || permits > shape.capacity()) {
            throw new IllegalArgumentException("permits must be from 1 to " + shape.capacity() + ", was " + permits);
        }
    }

    LockKind kind() {
        return shape.kind();
    }
}
