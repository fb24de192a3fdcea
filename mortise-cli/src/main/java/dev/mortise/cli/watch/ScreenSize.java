package dev.mortise.cli.watch;

/** Of a terminal; one that does not tell its size is taken for a small one. */
record ScreenSize(int columns, int rows) {
    private static final int USUAL_COLUMNS = 80;
    private static final int USUAL_ROWS = 24;

    ScreenSize {
        columns = columns > 0 ? columns : USUAL_COLUMNS;
        rows = rows > 0 ? rows : USUAL_ROWS;
    }
}
