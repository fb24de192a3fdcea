package dev.mortise.cli.bench;

/** Something that is measured. For one thread. */
interface BenchStep extends AutoCloseable {
    /**
     * Does it once. Blocks for as long.
     *
     * @return how many nanoseconds it took
     */
    long measure() throws InterruptedException;

    /** Gives back what it holds. */
    @Override
    void close();
}
