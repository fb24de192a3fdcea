package dev.mortise.testkit.resp;

import java.nio.charset.StandardCharsets;

/** The text between a type byte and the end of its line. */
final class RespLine {
    private RespLine() {}

    /** The bytes up to the line feed, without the carriage return before it. */
    static String text(byte[] bytes, int from, int lineFeed) {
        int to = lineFeed > from && bytes[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    static int integer(byte[] bytes, int from, int lineFeed) {
        return Integer.parseInt(text(bytes, from, lineFeed));
    }
}
