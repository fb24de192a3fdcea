package dev.mortise.internal.lettuce;

import io.lettuce.core.RedisCredentialsProvider;
import java.util.Optional;

/**
 * Who knows user and password, where they are not in the address.
 *
 * @param servers for whoever has the locks
 * @param sentinels for the sentinels themselves
 */
public record Logins(Optional<RedisCredentialsProvider> servers, Optional<RedisCredentialsProvider> sentinels) {
    /** As the addresses say. */
    public static final Logins NONE = new Logins(Optional.empty(), Optional.empty());

    /** Whether one of them tells when there are other ones. */
    boolean stream() {
        return servers.filter(RedisCredentialsProvider::supportsStreaming).isPresent()
                || sentinels.filter(RedisCredentialsProvider::supportsStreaming).isPresent();
    }
}
