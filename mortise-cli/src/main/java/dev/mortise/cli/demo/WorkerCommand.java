package dev.mortise.cli.demo;

/** What a worker is told, a line each on its standard input. The end of the input ends the worker. */
enum WorkerCommand {
    /** Update the account without a lock until the next order. */
    UNLOCKED,
    /** Update the account under the lock until the next order. */
    LOCKED,
    /** Begin one update under the lock, and finish it when told to. */
    HOLD,
    /** Finish the update that {@link #HOLD} began. */
    FINISH,
    /** Be idle. */
    STOP
}
