package dev.mortise.cli.watch;

import dev.mortise.cli.text.DisplayWidth;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of the screen. Its text is harmless by now.
 *
 * @param pieces from left to right
 */
record ScreenLine(List<Piece> pieces) {
    /** Nothing. */
    static final ScreenLine EMPTY = new ScreenLine(List.of());

    ScreenLine {
        pieces = List.copyOf(pieces);
    }

    /** Text in one look. */
    record Piece(Ink ink, String text) {}

    static ScreenLine of(Ink ink, String text) {
        return new ScreenLine(List.of(new Piece(ink, text)));
    }

    static ScreenLine of(String text) {
        return of(Ink.PLAIN, text);
    }

    /** Left and right text, with blanks between them; the right one goes when there is no room. */
    static ScreenLine bar(String left, String right, int columns) {
        int room = columns - DisplayWidth.of(right);
        boolean fits = DisplayWidth.of(left) + 2 <= room;
        return of(Ink.BAR, fits ? padded(left, room) + right : padded(left, columns));
    }

    /** Exactly that wide: cut off, or with blanks behind it. */
    static String padded(String text, int columns) {
        String cut = DisplayWidth.cut(text, columns);
        return cut + " ".repeat(Math.max(0, columns - DisplayWidth.of(cut)));
    }

    /** Exactly that wide: cut off, or with blanks before it. */
    static String right(String text, int columns) {
        String cut = DisplayWidth.cut(text, columns);
        return " ".repeat(Math.max(0, columns - DisplayWidth.of(cut))) + cut;
    }

    /** No wider than that. */
    ScreenLine within(int columns) {
        List<Piece> kept = new ArrayList<>();
        int left = columns;
        for (Piece piece : pieces) {
            int width = DisplayWidth.of(piece.text());
            if (width <= left) {
                kept.add(piece);
                left -= width;
            } else {
                kept.add(new Piece(piece.ink(), DisplayWidth.cut(piece.text(), left)));
                break;
            }
        }
        return new ScreenLine(kept);
    }

    /** In one look, to the edge. */
    ScreenLine all(Ink ink, int columns) {
        return of(ink, padded(text(), columns));
    }

    /** Without looks. */
    String text() {
        return pieces.stream().map(Piece::text).collect(Collectors.joining());
    }
}
