package dev.mortise.redis;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The parts of a URI as they are written, still percent-encoded.
 *
 * @param userInfo empty when there is none
 * @param hosts with ports, separated by commas
 */
record UriText(UriScheme scheme, String userInfo, String hosts, String path, String query, String fragment) {
    private static final String ENCODE =
            "percent-encode @ : / # ? % in user and password as %40 %3A %2F %23 %3F %25, and every other @ as %40";

    static UriText split(String text) {
        Objects.requireNonNull(text, "uri");
        int colon = text.indexOf("://");
        UriScheme scheme = UriScheme.of(colon < 0 ? "" : text.substring(0, colon))
                .orElseThrow(() -> UriScheme.REDIS.wrong("scheme", "it must be one of " + schemes()));
        if (text.chars()
                .anyMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c))) {
            throw scheme.wrong("characters", "white space and control characters must be percent-encoded");
        }
        String rest = text.substring(colon + 3);
        int end = firstOf(rest, "/?#");
        String authority = rest.substring(0, end);
        String tail = rest.substring(end);
        int at = authority.indexOf('@');
        // An @ further on means that a raw / # ? has cut the password, so that nothing after it is what it seems.
        if (tail.indexOf('@') >= 0 || authority.lastIndexOf('@') != at) {
            throw scheme.wrong("user info", ENCODE);
        }
        if (at == 0) {
            throw scheme.wrong("user info", "it is empty; leave the @ out");
        }
        int fragment = firstOf(tail, "#");
        int query = Math.min(firstOf(tail, "?"), fragment);
        return new UriText(
                scheme,
                at < 0 ? "" : authority.substring(0, at),
                authority.substring(at + 1),
                tail.substring(0, query),
                tail.substring(Math.min(query + 1, fragment), fragment),
                tail.substring(Math.min(fragment + 1, tail.length())));
    }

    private static int firstOf(String text, String any) {
        int at = 0;
        while (at < text.length() && any.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String schemes() {
        return Arrays.stream(UriScheme.values()).map(UriScheme::text).collect(Collectors.joining(", "));
    }

    /** Without the user info. */
    @Override
    public String toString() {
        return scheme + " " + hosts + " " + path;
    }
}
