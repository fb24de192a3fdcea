package dev.mortise.cli.watch;

/**
 * One key.
 *
 * @param text what {@link Kind#TEXT} stands for, one code point; empty of others
 */
record WatchKey(Kind kind, String text) {
    /** Which key. */
    enum Kind {
        TEXT,
        UP,
        DOWN,
        LEFT,
        RIGHT,
        PAGE_UP,
        PAGE_DOWN,
        HOME,
        END,
        ENTER,
        ESCAPE,
        BACKSPACE,
        /** F1. */
        HELP,
        /** Ctrl-C. */
        INTERRUPT,
        /** Ctrl-Z. */
        SUSPEND,
        /** Ctrl-L. */
        REDRAW,
        OTHER
    }

    static WatchKey of(Kind kind) {
        return new WatchKey(kind, "");
    }

    static WatchKey text(String text) {
        return new WatchKey(Kind.TEXT, text);
    }

    /** Whether it is that character. */
    boolean is(char character) {
        return text.length() == 1 && text.charAt(0) == character;
    }
}
