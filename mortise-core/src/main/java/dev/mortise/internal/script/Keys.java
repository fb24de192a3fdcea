package dev.mortise.internal.script;

import dev.mortise.internal.store.Glob;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of keys and channels under one prefix. Keys are made here and nowhere else. */
public final class Keys {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:/-]{1,64}");

    private final String prefix;

    /**
     * @throws IllegalArgumentException when the prefix could change a hash slot or a pattern
     */
    public Keys(String prefix) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "keyPrefix must be 1 to 64 of letters, digits and _ . : / -, was '" + prefix + "'");
        }
        this.prefix = prefix;
    }

    String lock(String name) {
        return prefix + ":{" + encode(name) + "}";
    }

    /** The lock that has that key; empty when it is no key of a lock. */
    Optional<String> lockOf(String key) {
        String start = prefix + ":{";
        if (!key.startsWith(start) || !key.endsWith("}") || key.length() <= start.length() + 1) {
            return Optional.empty();
        }
        String encoded = key.substring(start.length(), key.length() - 1);
        try {
            // A key that no name has is foreign.
            return Optional.of(decode(encoded)).filter(name -> lock(name).equals(key));
        } catch (IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    /** A pattern for the keys of all locks whose names match, and of some others. It has one star at most. */
    String locks(Glob names) {
        String head = quoted(encode(names.head()));
        return prefix + ":{" + (names.isLiteral() ? head : head + "*" + quoted(encode(names.tail()))) + "}";
    }

    String client(String clientId) {
        return prefix + ":client:" + clientId;
    }

    /** The client whose heartbeat has that key; empty when it is none. A longer prefix may begin with the words of this one. */
    Optional<String> clientOf(String key) {
        String start = client("");
        return key.startsWith(start) && key.indexOf(':', start.length()) < 0 && key.length() > start.length()
                ? Optional.of(key.substring(start.length()))
                : Optional.empty();
    }

    /** The register of waits. No lock has this key, as theirs begin with a brace. */
    String waits() {
        return prefix + ":waits";
    }

    String meta() {
        return prefix + ":meta";
    }

    String inbox(String clientId) {
        return prefix + ":inbox:" + clientId;
    }

    /** A pattern for each of Mortise's keys, and no other. */
    String all() {
        return prefix + ":*";
    }

    /** A pattern for the channels. */
    String inboxes() {
        return inbox("*");
    }

    /** As a pattern of the server that stands for this text only. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || c == '?' || c == '[' || c == ']') {
                out.append('\\');
            }
            out.append(c);
        }
        return out.toString();
    }

    /** Percent-encodes braces, percent, star, colon, blank, control and non-ASCII bytes. */
    static String encode(String name) {
        StringBuilder out = null;
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            boolean plain = b > 0x20 && b < 0x7f && b != '{' && b != '}' && b != '%' && b != '*' && b != ':';
            if (!plain && out == null) {
                out = new StringBuilder(bytes.length * 2).append(name, 0, i);
            }
            if (out != null) {
                if (plain) {
                    out.append((char) b);
                } else {
                    out.append(String.format("%%%02X", b));
                }
            }
        }
        return out == null ? name : out.toString();
    }

    /** The inverse of {@link #encode}. */
    static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()) {
                    throw new IllegalArgumentException("a broken percent escape");
                }
                bytes[length++] = (byte) Integer.parseInt(encoded.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
