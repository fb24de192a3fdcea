package dev.mortise.redis;

import dev.mortise.redis.RedisAddress.Kind;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.util.List;
import java.util.Optional;

/**
 * One URI, read. The RedisURI is built from these parts: RedisURI.create repeats the text in its exceptions, and skips in
 * silence what it does not know.
 */
final class UriReading {
    private final UriScheme scheme;
    private final UriCredentials credentials;
    private final Optional<String> clientName;
    private final SslVerifyMode verification;
    private final Kind kind;
    private final RedisURI uri;

    private UriReading(UriText text) {
        UriParameters parameters = UriParameters.parse(text);
        scheme = text.scheme();
        credentials = UriCredentials.parse(text);
        clientName = parameters.get(UriParameter.CLIENT_NAME);
        verification = parameters.verification();
        Optional<String> master = master(text, parameters);
        kind = master.isPresent() ? Kind.SENTINEL : Kind.STANDALONE;
        RedisURI.Builder builder = master.isPresent()
                ? sentinels(text, parameters).withSentinelMasterId(master.get())
                : server(text, parameters);
        credentials.addTo(builder);
        clientName.ifPresent(builder::withClientName);
        uri = builder.withDatabase(database(text, parameters))
                .withSsl(scheme.tls())
                .withVerifyPeer(verification)
                .build();
    }

    static UriReading of(String text) {
        return new UriReading(UriText.split(text));
    }

    private static Optional<String> master(UriText text, UriParameters parameters) {
        if (!text.fragment().isEmpty() && !text.scheme().sentinel()) {
            throw text.scheme().wrong("fragment", "only redis-sentinel has a # here; in a password it is %23");
        }
        Optional<String> named = parameters.get(UriParameter.MASTER);
        if (named.isPresent() && !text.fragment().isEmpty()) {
            throw text.scheme().wrong("sentinel master", "it is given twice");
        }
        if (!text.fragment().isEmpty()) {
            return Optional.of(UriParameter.MASTER.read(text.scheme(), text.fragment()));
        }
        if (named.isEmpty() && text.scheme().sentinel()) {
            throw text.scheme().wrong("sentinel master", "its name is missing");
        }
        return named;
    }

    private static RedisURI.Builder sentinels(UriText text, UriParameters parameters) {
        if (text.scheme().socket()) {
            throw text.scheme().wrong(UriParameter.MASTER.part(), "a socket leads to no sentinel");
        }
        UriCredentials login = parameters.sentinelCredentials();
        RedisURI.Builder all = RedisURI.builder();
        for (UriHost host : UriHost.parseAll(text, RedisURI.DEFAULT_SENTINEL_PORT)) {
            RedisURI.Builder one = RedisURI.Builder.redis(host.host(), host.port());
            login.addTo(one);
            all.withSentinel(one.build());
        }
        return all;
    }

    private static RedisURI.Builder server(UriText text, UriParameters parameters) {
        parameters.refuse(UriParameter.SENTINEL_USER, "there is no sentinel without a master");
        parameters.refuse(UriParameter.SENTINEL_PASSWORD, "there is no sentinel without a master");
        if (text.scheme().socket()) {
            return socket(text);
        }
        List<UriHost> hosts = UriHost.parseAll(text, RedisURI.DEFAULT_REDIS_PORT);
        if (hosts.size() > 1) {
            throw text.scheme().wrong("host", "there must be one; the nodes of a Cluster have a URI each");
        }
        return RedisURI.Builder.redis(hosts.get(0).host(), hosts.get(0).port());
    }

    private static RedisURI.Builder socket(UriText text) {
        if (!text.hosts().isEmpty()) {
            throw text.scheme().wrong("host", "a socket has none; its path begins with a third /");
        }
        String path = PercentEncoding.decode(text.path()).orElse("");
        if (path.length() < 2 || path.endsWith("/") || path.indexOf('\0') >= 0) {
            throw text.scheme().wrong("path", "it must be the absolute path of a socket");
        }
        return RedisURI.Builder.socket(path);
    }

    private static int database(UriText text, UriParameters parameters) {
        Optional<String> named = parameters.get(UriParameter.DATABASE);
        String path = text.scheme().socket() || text.path().isEmpty()
                ? ""
                : text.path().substring(1);
        if (!path.matches("[0-9]{0,5}")) {
            throw text.scheme().wrong("database", "it must be a number");
        }
        if (named.isPresent() && !path.isEmpty()) {
            throw text.scheme().wrong("database", "it is given twice");
        }
        String number = named.orElse(path);
        return number.isEmpty() ? 0 : Integer.parseInt(number);
    }

    Kind kind() {
        return kind;
    }

    RedisURI uri() {
        return uri;
    }

    /** As a seed of a Cluster that the given one is a seed of, too: it is one login and one way of TLS for all nodes. */
    void checkSeedBeside(UriReading first) {
        if (kind != Kind.STANDALONE || scheme.socket()) {
            throw UriScheme.REDIS.wrong(
                    "scheme",
                    "the nodes of a Cluster are redis or rediss, without a master; all sentinels stand in one URI");
        }
        if (uri.getDatabase() != 0) {
            throw scheme.wrong("database", "a Cluster has only database 0");
        }
        if (scheme != first.scheme) {
            throw scheme.wrong("scheme", "redis and rediss are mixed; it must be the same for all nodes of a Cluster");
        }
        if (!credentials.equals(first.credentials)) {
            throw scheme.wrong("user info", "it must be the same for all nodes of a Cluster");
        }
        if (!clientName.equals(first.clientName)) {
            throw scheme.wrong(UriParameter.CLIENT_NAME.part(), "it must be the same for all nodes of a Cluster");
        }
        if (verification != first.verification) {
            throw scheme.wrong(UriParameter.VERIFY_PEER.part(), "it must be the same for all nodes of a Cluster");
        }
    }
}
