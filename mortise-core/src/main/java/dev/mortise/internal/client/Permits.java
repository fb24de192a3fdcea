package dev.mortise.internal.client;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Shape;

/**
 * What a name is used as, and how much of it one lease takes.
 *
 * @param permits at most the capacity of the shape
 */
record Permits(Shape shape, long permits) {
    /** The only permit there is. */
    static final Permits MUTEX = new Permits(Shape.MUTEX, 1);

    /** One of as many permits as there may be. */
    static final Permits READER = new Permits(new Shape(LockKind.READ_WRITE, Shape.MAX), 1);

    /** All of them, so that nothing fits beside it. */
    static final Permits WRITER = new Permits(READER.shape(), Shape.MAX);

    /** Checks the permits. */
    Permits {
        if (permits < 1 || permits > shape.capacity()) {
            throw new IllegalArgumentException("permits must be from 1 to " + shape.capacity() + ", was " + permits);
        }
    }

    LockKind kind() {
        return shape.kind();
    }
}
