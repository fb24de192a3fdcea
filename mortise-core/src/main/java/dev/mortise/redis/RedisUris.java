package dev.mortise.redis;

import dev.mortise.redis.RedisAddress.Kind;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Reads connection URIs and never repeats what may hold a secret. */
final class RedisUris {
    private RedisUris() {}

    /** One URI of a server or of sentinels. */
    static RedisURI parse(String text) {
        return parse(List.of(Objects.requireNonNull(text, "uri"))).first();
    }

    /**
     * One URI of a server or of sentinels, or several of the nodes of a Cluster.
     *
     * @throws IllegalArgumentException naming the part that is wrong, and repeating nothing of the text
     */
    static RedisAddress parse(List<String> texts) {
        Objects.requireNonNull(texts, "uris");
        if (texts.size() > 1) {
            return parseCluster(texts);
        }
        if (texts.isEmpty()) {
            throw none();
        }
        UriReading read = UriReading.of(texts.get(0));
        return new RedisAddress(read.kind(), List.of(read.uri()));
    }

    /**
     * The nodes of a Cluster to ask for the others, one at least.
     *
     * @throws IllegalArgumentException naming the part that is wrong, and repeating nothing of the text
     */
    static RedisAddress parseCluster(List<String> texts) {
        if (texts.isEmpty()) {
            throw none();
        }
        List<UriReading> seeds = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            try {
                UriReading seed = UriReading.of(texts.get(i));
                seeds.add(seed);
                seed.checkSeedBeside(seeds.get(0));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("URI " + (i + 1) + " of " + texts.size() + ", " + e.getMessage(), e);
            }
        }
        return new RedisAddress(
                Kind.CLUSTER, seeds.stream().map(UriReading::uri).toList());
    }

    private static IllegalArgumentException none() {
        return new IllegalArgumentException("uri: there must be at least one");
    }

    /** The scheme, hosts, ports, database and master: nothing of the user info. */
    static String withoutSecrets(RedisURI uri) {
        String scheme = uri.isSsl() ? "rediss" : "redis";
        if (uri.getSocket() != null) {
            return "redis-socket://" + uri.getSocket() + "?database=" + uri.getDatabase();
        }
        if (uri.getSentinels().isEmpty()) {
            return scheme + "://" + hostAndPort(uri) + "/" + uri.getDatabase();
        }
        String sentinels =
                uri.getSentinels().stream().map(RedisUris::hostAndPort).collect(Collectors.joining(","));
        return scheme + "-sentinel://" + sentinels + "/" + uri.getDatabase() + "#" + uri.getSentinelMasterId();
    }

    private static String hostAndPort(RedisURI uri) {
        String host = uri.getHost();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + uri.getPort();
    }
}
