package dev.mortise.redis;

import dev.mortise.internal.lettuce.Logins;
import io.lettuce.core.RedisCredentialsProvider.ImmediateRedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the servers are that make up one authority.
 *
 * @param uris one, or the seeds of a Cluster
 */
record RedisAddress(Kind kind, List<RedisURI> uris) {
    enum Kind {
        /** One server, by TCP or by a Unix socket. */
        STANDALONE,
        /** The master that sentinels name. */
        SENTINEL,
        CLUSTER
    }

    RedisAddress {
        uris = List.copyOf(uris);
    }

    RedisURI first() {
        return uris.get(0);
    }

    /**
     * Checks that each login is known from one place.
     *
     * @throws IllegalArgumentException when it is not
     */
    void checkBeside(Logins logins) {
        if (logins.servers().isPresent() && hasLogin(first())) {
            throw new IllegalArgumentException("credentials and a URI with user info exclude each other");
        }
        if (logins.sentinels().isPresent() && first().getSentinels().stream().anyMatch(RedisAddress::hasLogin)) {
            throw new IllegalArgumentException(
                    "sentinelCredentials and a URI with sentinelPassword exclude each other");
        }
    }

    private static boolean hasLogin(RedisURI uri) {
        return uri.getCredentialsProvider() instanceof ImmediateRedisCredentialsProvider known
                && known.resolveCredentialsNow().hasPassword();
    }

    /** For messages: schemes, hosts, ports, database and master, and no user info. */
    String withoutSecrets() {
        return uris.stream().map(RedisUris::withoutSecrets).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return kind + " " + withoutSecrets();
    }
}
