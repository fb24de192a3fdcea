package dev.mortise.internal.script;

import dev.mortise.internal.store.Tag;

/** A tag as the scripts take it and servers store it: owner, tab, label. */
final class Tags {
    private static final char SEPARATOR = '\t';

    /** What counts as stored where nothing is. */
    static final String NONE = encode(new Tag("", ""));

    private Tags() {}

    static String encode(Tag tag) {
        return tag.owner() + SEPARATOR + tag.label();
    }

    static Tag decode(String stored) {
        int end = stored.indexOf(SEPARATOR);
        return new Tag(stored.substring(0, end), stored.substring(end + 1));
    }
}
