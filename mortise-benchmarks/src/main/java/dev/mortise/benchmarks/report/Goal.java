package dev.mortise.benchmarks.report;

/**
 * What must be reached.
 *
 * @param id as in the table of targets, such as P1
 * @param what the ratio or count that is looked at
 * @param wanted a bound, with its direction, for people
 */
public record Goal(String id, String what, double measured, String wanted, boolean met) {
    public static Goal atLeast(String id, String what, double measured, double floor) {
        return new Goal(id, what, measured, ">= " + floor, measured >= floor);
    }

    public static Goal atMost(String id, String what, double measured, double ceiling) {
        return new Goal(id, what, measured, "<= " + ceiling, measured <= ceiling);
    }
}
