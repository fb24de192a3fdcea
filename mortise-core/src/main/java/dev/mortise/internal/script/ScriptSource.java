package dev.mortise.internal.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * Reads a script from the jar and puts its shared parts in place of its include lines. Line by line, as a program that takes one
 * lock would feel the cost of regular expressions over so much text.
 */
final class ScriptSource {
    private static final String INCLUDE = "--@include ";
    private static final String COMMENT = "--";

    private ScriptSource() {}

    /** Without lines of comment, and blank lines before them. */
    static String assemble(String file, Map<String, String> replaced) {
        StringBuilder text = new StringBuilder();
        append(read(file), replaced, text);
        return text.toString();
    }

    /** What is different on a node of a cluster. */
    static Map<String, String> onCluster() {
        return Map.of("heard.lua", read("heard_on_cluster.lua"));
    }

    /** Parts may include parts. */
    private static void append(String part, Map<String, String> replaced, StringBuilder text) {
        int blank = 0;
        int begin = 0;
        while (begin < part.length()) {
            int end = part.indexOf('\n', begin);
            String line = part.substring(begin, end < 0 ? part.length() : end);
            begin = end < 0 ? part.length() : end + 1;
            if (line.startsWith(INCLUDE)) {
                String name = line.substring(INCLUDE.length());
                String own = replaced.get(name);
                append(own == null ? read(name) : own, replaced, text);
            } else if (line.isBlank()) {
                blank++;
                continue;
            } else if (!line.stripLeading().startsWith(COMMENT)) {
                text.append("\n".repeat(blank)).append(line).append('\n');
            }
            blank = 0;
        }
    }

    static String sha(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    private static String read(String file) {
        try (InputStream in = ScriptSource.class.getResourceAsStream("/dev/mortise/lua/" + file)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: dev/mortise/lua/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("unreadable in the jar: dev/mortise/lua/" + file, e);
        }
    }
}
