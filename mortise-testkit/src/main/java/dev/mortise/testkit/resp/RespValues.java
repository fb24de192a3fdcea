package dev.mortise.testkit.resp;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns one whole frame into Java values: strings (bulk strings as UTF-8), {@code Long}, {@code Double}, {@code
 * Boolean}, {@code BigInteger}, {@code List}, {@code Map}, null, and {@link RespErrorException} for an error.
 */
public final class RespValues {
    private final byte[] frame;
    private int at; // the one thread inside decode

    private RespValues(byte[] frame) {
        this.frame = frame;
    }

    /**
     * The value of a frame.
     *
     * @param frame one frame as cut by {@link RespFrames}
     */
    public static @Nullable Object decode(byte[] frame) {
        return new RespValues(frame).value();
    }

    /** Whether a frame is an array; a push is none. */
    public static boolean isArray(byte[] frame) {
        return frame[0] == '*';
    }

    /** Whether a frame is a push, which answers no request. */
    public static boolean isPush(byte[] frame) {
        return frame[0] == '>';
    }

    /** Whether a frame is a map. */
    public static boolean isMap(byte[] frame) {
        return frame[0] == '%';
    }

    /** Whether a frame is an error. */
    public static boolean isError(byte[] frame) {
        return frame[0] == '-' || frame[0] == '!';
    }

    private @Nullable Object value() {
        byte type = frame[at];
        String line = line();
        return switch (type) {
            case '+' -> line;
            case '-' -> new RespErrorException(line);
            case ':' -> Long.valueOf(line);
            case ',' -> Double.valueOf(line.replace("inf", "Infinity").replace("nan", "NaN"));
            case '#' -> line.equals("t");
            case '(' -> new BigInteger(line);
            case '$' -> bulk(Integer.parseInt(line));
            case '=' -> verbatim(Integer.parseInt(line));
            case '!' -> new RespErrorException(String.valueOf(bulk(Integer.parseInt(line))));
            case '*', '~', '>' -> list(Integer.parseInt(line));
            case '%' -> map(Integer.parseInt(line));
            case '|' -> {
                map(Integer.parseInt(line));
                yield value();
            }
            default -> null;
        };
    }

    private String line() {
        int lineFeed = at;
        while (frame[lineFeed] != '\n') {
            lineFeed++;
        }
        String text = RespLine.text(frame, at + 1, lineFeed);
        at = lineFeed + 1;
        return text;
    }

    private @Nullable String bulk(int length) {
        if (length < 0) {
            return null;
        }
        String text = new String(frame, at, length, StandardCharsets.UTF_8);
        at += length + 2;
        return text;
    }

    /** A verbatim string has three letters for its format and a colon in front. */
    private @Nullable String verbatim(int length) {
        String text = bulk(length);
        return text == null || text.length() < 4 ? text : text.substring(4);
    }

    private @Nullable List<@Nullable Object> list(int size) {
        if (size < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(value());
        }
        return Collections.unmodifiableList(list);
    }

    private Map<@Nullable Object, @Nullable Object> map(int size) {
        Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            Object key = value();
            map.put(key, value());
        }
        return Collections.unmodifiableMap(map);
    }
}
