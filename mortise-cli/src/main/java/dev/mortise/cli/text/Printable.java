package dev.mortise.cli.text;

/**
 * Text from others, made harmless for a terminal. What would move the cursor, change colours, break the line, turn the
 * direction of writing, or not be seen at all, is shown as an escape such as {@code \u001b}.
 */
public final class Printable {
    private static final int LAST_PLAIN_ASCII = 0x7e;

    private Printable() {}

    /** The same text on one line, with an escape for each character that is not just shown. */
    public static String of(String text) {
        int first = firstHarmful(text);
        if (first == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, first);
        text.codePoints().skip(text.codePointCount(0, first)).forEach(point -> append(shown, point));
        return shown.toString();
    }

    private static int firstHarmful(String text) {
        int index = 0;
        while (index < text.length()) {
            int point = text.codePointAt(index);
            if (isHarmful(point)) {
                return index;
            }
            index += Character.charCount(point);
        }
        return index;
    }

    private static void append(StringBuilder shown, int point) {
        if (!isHarmful(point)) {
            shown.appendCodePoint(point);
        } else if (Character.isBmpCodePoint(point)) {
            shown.append(String.format("\\u%04x", point));
        } else {
            shown.append(String.format("\\u{%x}", point));
        }
    }

    private static boolean isHarmful(int point) {
        if (point >= ' ' && point <= LAST_PLAIN_ASCII) {
            return false;
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            // Both joiners belong to words of some scripts, and to emoji.
            case Character.FORMAT -> point != 0x200c && point != 0x200d;
            default -> false;
        };
    }
}
