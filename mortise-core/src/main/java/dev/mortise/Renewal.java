package dev.mortise;

/** Whether the client keeps a lease alive by itself. */
public enum Renewal {
    /** Renewed at a third of the lease until it is released, lost, or unreachable for the program. */
    ON,
    /** Ends when its time is over, unless {@link Lease#extend} or {@link Lease#ensure} is called. */
    OFF
}
