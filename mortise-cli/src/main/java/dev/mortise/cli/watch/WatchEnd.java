package dev.mortise.cli.watch;

/** Why a person ends it. */
enum WatchEnd {
    /** The key for it. */
    QUIT,
    /** Ctrl-C. */
    INTERRUPT
}
