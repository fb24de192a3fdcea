package dev.mortise.benchmarks.script;

/**
 * What is measured.
 *
 * @param name what there is n of, and what is called then
 * @param most the largest n that can be
 * @param making makes a lock of that size
 * @param calls what is called on it, each call measured for itself
 */
public record Operation(String name, int most, Step making, Step calls) {
    /** Something that is done to the lock of a stage. */
    public interface Step {
        void run(Stage stage, int n) throws Exception;
    }
}
