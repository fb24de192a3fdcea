package dev.mortise.redis;

import io.lettuce.core.SslVerifyMode;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What stands after the question mark of one URI. */
final class UriParameters {
    private final UriScheme scheme;
    private final Map<UriParameter, String> values = new EnumMap<>(UriParameter.class);

    private UriParameters(UriScheme scheme) {
        this.scheme = scheme;
    }

    static UriParameters parse(UriText text) {
        UriParameters all = new UriParameters(text.scheme());
        if (text.query().isEmpty()) {
            return all;
        }
        int number = 0;
        for (String one : text.query().split("&", -1)) {
            all.add(++number, one);
        }
        return all;
    }

    private void add(int number, String text) {
        int equals = text.indexOf('=');
        // By number, not by name: what is no known name may be a piece of a secret.
        UriParameter parameter = UriParameter.of(text.substring(0, Math.max(equals, 0)))
                .orElseThrow(() -> scheme.wrong(
                        "parameter " + number, "it is unknown; name=value is for " + UriParameter.known()));
        if (values.put(parameter, parameter.read(scheme, text.substring(equals + 1))) != null) {
            throw scheme.wrong(parameter.part(), "it is given twice");
        }
    }

    Optional<String> get(UriParameter parameter) {
        return Optional.ofNullable(values.get(parameter));
    }

    /** CERT_OPTIONAL is CERT_REQUIRED: so it is for the client in the Python these names come from, host name included. */
    SslVerifyMode verification() {
        Optional<String> mode = get(UriParameter.VERIFY_PEER);
        Optional<String> certReqs = get(UriParameter.CERT_REQS);
        if (mode.isPresent() && certReqs.isPresent()) {
            throw scheme.wrong(UriParameter.VERIFY_PEER.part(), "it and ssl_cert_reqs exclude each other");
        }
        if (!scheme.tls()) {
            refuse(UriParameter.VERIFY_PEER, "without TLS there is nothing to verify; write rediss");
            refuse(UriParameter.CERT_REQS, "without TLS there is nothing to verify; write rediss");
        }
        if (certReqs.isPresent()) {
            return certReqs.get().equalsIgnoreCase("CERT_NONE") ? SslVerifyMode.NONE : SslVerifyMode.FULL;
        }
        return mode.map(name -> SslVerifyMode.valueOf(name.toUpperCase(Locale.ROOT)))
                .orElse(SslVerifyMode.FULL);
    }

    /** How to log in to the sentinels themselves. */
    UriCredentials sentinelCredentials() {
        String user = get(UriParameter.SENTINEL_USER).orElse("");
        String password = get(UriParameter.SENTINEL_PASSWORD).orElse("");
        if (password.isEmpty() && !user.isEmpty()) {
            throw scheme.wrong(UriParameter.SENTINEL_PASSWORD.part(), "it is missing beside sentinelUser");
        }
        return new UriCredentials(user, password);
    }

    void refuse(UriParameter parameter, String why) {
        if (values.containsKey(parameter)) {
            throw scheme.wrong(parameter.part(), why);
        }
    }

    /** Says nothing of them. */
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
