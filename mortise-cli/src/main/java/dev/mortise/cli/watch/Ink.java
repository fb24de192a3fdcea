package dev.mortise.cli.watch;

/** How a piece of the screen looks. */
enum Ink {
    PLAIN,
    /** What stands above columns. */
    HEADING,
    /** Less important, or no longer sure. */
    FAINT,
    /** Worth a look. */
    WARNING,
    /** Wrong. */
    BAD,
    /** First and last line. */
    BAR,
    /** The chosen row. */
    CHOSEN
}
