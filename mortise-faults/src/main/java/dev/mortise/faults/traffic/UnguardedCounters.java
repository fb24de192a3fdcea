package dev.mortise.faults.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Numbers in a file shared by all workers, read and written without any care: only a lock keeps them right. */
final class UnguardedCounters {
    /** So far apart that they do not share a cache line. */
    private static final int STEP = 128;

    private final ByteBuffer memory;

    UnguardedCounters(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            this.memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) STEP * WorkerPlan.LOCKS);
        }
    }

    long get(int lock) {
        return memory.getLong(lock * STEP);
    }

    void set(int lock, long value) {
        memory.putLong(lock * STEP, value);
    }

    long sum() {
        long sum = 0;
        for (int lock = 0; lock < WorkerPlan.LOCKS; lock++) {
            sum += get(lock);
        }
        return sum;
    }
}
