package dev.mortise.cli.signal;

/** The signals by which people and systems end a program. */
public enum Signal {
    HUP(1),
    INT(2),
    TERM(15);

    private final int number;

    Signal(int number) {
        this.number = number;
    }

    /** As POSIX counts them. */
    public int number() {
        return number;
    }
}
