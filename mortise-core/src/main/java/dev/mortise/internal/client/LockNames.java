package dev.mortise.internal.client;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Checks names of locks. */
final class LockNames {
    /** Of one name in UTF-8. */
    private static final int MAX_BYTES = 512;

    /** One script acquires them, and no other client is served meanwhile. */
    private static final int MOST_TOGETHER = 64;

    private LockNames() {}

    /** Without duplicates, in the order in which every caller acquires them. */
    static List<String> checkAll(String... names) {
        Objects.requireNonNull(names, "names");
        TreeSet<String> sorted = new TreeSet<>();
        for (String name : names) {
            sorted.add(check(name));
        }
        if (sorted.isEmpty() || sorted.size() > MOST_TOGETHER) {
            throw new IllegalArgumentException(
                    "names must be 1 to " + MOST_TOGETHER + " different ones, were " + sorted.size());
        }
        return List.copyOf(sorted);
    }

    /**
     * Answers the name.
     *
     * @throws IllegalArgumentException when it is empty, too long, has control characters, or cannot be written in UTF-8
     */
    static String check(String name) {
        return check("name", name);
    }

    /** The same for what stands for names, which is no longer than a name. */
    static void checkPattern(String pattern) {
        check("pattern", pattern);
    }

    private static String check(String what, String name) {
        Objects.requireNonNull(name, what);
        if (name.isEmpty()) {
            throw new IllegalArgumentException(what + " must not be empty");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw new IllegalArgumentException(what + " must not contain control characters, has U+"
                        + String.format("%04X", (int) name.charAt(i)) + " at index " + i);
            }
        }
        int bytes;
        try {
            bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(name))
                    .remaining();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " must be well-formed text, has a lone surrogate", e);
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    what + " must have at most " + MAX_BYTES + " bytes of UTF-8, has " + bytes);
        }
        return name;
    }
}
