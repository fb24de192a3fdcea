package dev.mortise.cli.watch;

/** What the screen shows. */
enum WatchPage {
    /** A row for each lock. */
    LIST,
    /** One lock, with its holders and its queue. */
    LOCK,
    /** The keys. */
    HELP
}
