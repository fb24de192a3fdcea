package dev.mortise;

/** Checks of text that people choose and others will see. */
final class Text {
    private Text() {}

    static String require(String what, String text, int maxLength) {
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(
                    what + " must have at most " + maxLength + " characters, has " + text.length());
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || isLoneSurrogate(text, i)) {
                throw new IllegalArgumentException(
                        what + " must not contain control characters or lone surrogates, has U+"
                                + String.format("%04X", (int) c) + " at index " + i);
            }
        }
        return text;
    }

    static String printable(String text, int maxLength) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), maxLength));
        for (int i = 0; i < text.length() && out.length() < maxLength; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return out.toString();
    }

    private static boolean isLoneSurrogate(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
