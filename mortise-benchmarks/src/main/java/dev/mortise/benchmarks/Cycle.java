package dev.mortise.benchmarks;

import dev.mortise.benchmarks.measure.RequestCount;
import java.util.Map;

/** Something that one contender does again and again on a server of its own. */
interface Cycle extends AutoCloseable {
    /** Blocks for about so long; answers how often it was done, at least once. While it is not called little happens. */
    long run(long nanos) throws InterruptedException;

    /** How often each of {@link #parts} does it. */
    default int partCount() {
        return 0;
    }

    /** The steps of a cycle, each so often in a row, in order; none where they cannot be told apart. */
    default Map<String, RequestCount.Action> parts() {
        return Map.of();
    }

    @Override
    void close();
}
