package dev.mortise.internal.script;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a script from the jar and puts its shared parts in place of its include lines. */
final class ScriptSource {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^--@include (\\w+\\.lua)$");
    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*--.*\\R");

    private ScriptSource() {}

    static String assemble(String file, Map<String, String> replaced) {
        return COMMENT.matcher(with(read(file), replaced)).replaceAll("");
    }

    /** What is different on a node of a cluster. */
    static Map<String, String> onCluster() {
        return Map.of("heard.lua", read("heard_on_cluster.lua"));
    }

    /** Parts may include parts. */
    private static String with(String text, Map<String, String> replaced) {
        return INCLUDE.matcher(text).replaceAll(include -> {
            String part = Objects.requireNonNull(include.group(1));
            String own = replaced.get(part);
            return Matcher.quoteReplacement(with(own == null ? read(part) : own, replaced));
        });
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
