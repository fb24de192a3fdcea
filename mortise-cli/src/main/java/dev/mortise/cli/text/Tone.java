package dev.mortise.cli.text;

/** What a colour means. */
public enum Tone {
    /** Headings. */
    HEADING("1"),
    /** Less important. */
    FAINT("2"),
    /** As it should be. */
    GOOD("32"),
    /** Worth a look. */
    WARNING("33"),
    /** Wrong. */
    BAD("1;31");

    private final String code;

    Tone(String code) {
        this.code = code;
    }

    /** Of ANSI's "select graphic rendition". */
    String code() {
        return code;
    }
}
