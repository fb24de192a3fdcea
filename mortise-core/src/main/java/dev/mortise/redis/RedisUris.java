package dev.mortise.redis;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/** Reads connection URIs and never repeats what may hold a secret. */
final class RedisUris {
    private static final Set<String> KNOWN = Set.of("redis", "rediss");
    private static final Set<String> LATER = Set.of("redis-sentinel", "rediss-sentinel", "redis-socket");

    private RedisUris() {}

    static RedisURI parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // The exception repeats the text, which may hold a password.
            throw wrong("it is not a well-formed URI (at index " + e.getIndex() + ")");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (LATER.contains(scheme)) {
            throw new UnsupportedOperationException("uri: " + scheme + " is not supported by this version");
        }
        if (!KNOWN.contains(scheme)) {
            throw wrong("the scheme must be redis or rediss");
        }
        if (uri.getHost() == null || uri.getHost().isEmpty()) {
            throw wrong("the host is missing or not well-formed");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw wrong("the port must be from 1 to 65535, was " + uri.getPort());
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (!path.matches("/?|/\\d{1,5}")) {
            throw wrong("the database must be a number");
        }
        try {
            return RedisURI.create(text);
        } catch (IllegalArgumentException e) {
            throw wrong("one of its parameters is wrong");
        }
    }

    static String withoutSecrets(RedisURI uri) {
        return (uri.isSsl() ? "rediss://" : "redis://") + uri.getHost() + ":" + uri.getPort() + "/" + uri.getDatabase();
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(
                "uri must look like redis://[[user]:password@]host[:port][/database]: " + what);
    }
}
