package dev.mortise.internal.store;

/**
 * A pattern for whole names: {@code *} stands for any characters, also none, and {@code ?} for one character (a code point). All
 * else stands for itself; there is no way to quote these two. Matching takes at most the product of both lengths. Immutable.
 */
public final class Glob {
    private final String pattern;
    private final int[] wanted;

    private Glob(String pattern) {
        this.pattern = pattern;
        this.wanted = pattern.codePoints().toArray();
    }

    public static Glob of(String pattern) {
        return new Glob(pattern);
    }

    /** Whether it stands for one name only. */
    public boolean isLiteral() {
        return wildcard() == pattern.length();
    }

    /** How every name begins that matches. */
    public String head() {
        return pattern.substring(0, wildcard());
    }

    /** How every name ends that matches; of a literal, all of it. */
    public String tail() {
        return pattern.substring(Math.max(pattern.lastIndexOf('*'), pattern.lastIndexOf('?')) + 1);
    }

    /** Whether it stands for that name. */
    public boolean matches(String name) {
        int[] given = name.codePoints().toArray();
        int at = 0;
        int next = 0;
        int star = -1;
        int starCovers = 0;
        while (at < given.length) {
            if (next < wanted.length && wanted[next] == '*') {
                star = next++;
                starCovers = at;
            } else if (next < wanted.length && (wanted[next] == '?' || wanted[next] == given[at])) {
                next++;
                at++;
            } else if (star >= 0) {
                // The last star takes one more; no earlier one has to.
                next = star + 1;
                at = ++starCovers;
            } else {
                return false;
            }
        }
        while (next < wanted.length && wanted[next] == '*') {
            next++;
        }
        return next == wanted.length;
    }

    private int wildcard() {
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*' || pattern.charAt(i) == '?') {
                return i;
            }
        }
        return pattern.length();
    }

    @Override
    public String toString() {
        return pattern;
    }
}
