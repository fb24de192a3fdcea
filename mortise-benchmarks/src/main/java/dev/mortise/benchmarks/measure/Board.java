package dev.mortise.benchmarks.measure;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory shared by JVMs of one machine, to watch over mutual exclusion: whoever holds the lock enters and leaves. Entering
 * while somebody is in is a violation, and the count, which is read and written without care, shows lost updates.
 */
public final class Board {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int HOLDER = 0;
    private static final int COUNT = 64;
    private static final int RELEASER = 128;
    private static final int RELEASED_AT = 136;
    private static final int SIZE = 4096;

    private final ByteBuffer memory;

    private Board(ByteBuffer memory) {
        this.memory = memory;
    }

    /** Opens it, or makes it. */
    public static Board open(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            return new Board(channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE));
        }
    }

    /** For the threads of this JVM alone. */
    public static Board ofOneJvm() {
        return new Board(ByteBuffer.allocateDirect(SIZE));
    }

    /** False when somebody else is in: a violation. */
    public boolean enter(long who) {
        boolean alone = LONGS.compareAndSet(memory, HOLDER, 0L, who);
        long count = (long) LONGS.getOpaque(memory, COUNT);
        LONGS.setOpaque(memory, COUNT, count + 1);
        return alone;
    }

    /** To be called right before the lock is released. */
    public void leave(long who) {
        LONGS.setVolatile(memory, HOLDER, 0L);
        LONGS.setVolatile(memory, RELEASER, who);
        LONGS.setVolatile(memory, RELEASED_AT, System.nanoTime());
    }

    /** Who left last; 0 = nobody yet. */
    public long releaser() {
        return (long) LONGS.getVolatile(memory, RELEASER);
    }

    /** When that was, ns. */
    public long releasedAt() {
        return (long) LONGS.getVolatile(memory, RELEASED_AT);
    }

    public long count() {
        return (long) LONGS.getVolatile(memory, COUNT);
    }

    /** For a new window. */
    public void clear() {
        LONGS.setVolatile(memory, HOLDER, 0L);
        LONGS.setVolatile(memory, RELEASER, 0L);
        LONGS.setVolatile(memory, COUNT, 0L);
    }
}
