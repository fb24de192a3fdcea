package dev.mortise.redis;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may stand after the question mark, under each of its names, in small or capital letters. */
enum UriParameter {
    CLIENT_NAME("[A-Za-z0-9_.:/@-]{1,64}", "must be up to 64 letters, digits and _ . : / - @", "clientName"),
    DATABASE("[0-9]{1,5}", "must be a number", "database", "db"),
    MASTER(
            "[A-Za-z0-9._-]+",
            "the name of a sentinel master has letters, digits and . _ - only",
            "master",
            "sentinelMasterId"),
    SENTINEL_USER("(?s).+", "must not be empty", "sentinelUser"),
    SENTINEL_PASSWORD("(?s).+", "must not be empty", "sentinelPassword"),
    VERIFY_PEER("(?i)NONE|CA|FULL", "must be NONE, CA or FULL", "verifyPeer"),
    CERT_REQS(
            "(?i)CERT_(NONE|OPTIONAL|REQUIRED)", "must be CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED", "ssl_cert_reqs"),
    /** Sizes of a pool, which there is none of here, and an encoding, which is always UTF-8. */
    MIN_SIZE("[0-9]{1,9}", "must be a number", "minsize"),
    MAX_SIZE("[0-9]{1,9}", "must be a number", "maxsize"),
    ENCODING("[A-Za-z0-9._:-]+", "must be the name of an encoding", "encoding"),
    TIMEOUT("(?!)", "a time-out is not read from a URI; set commandTimeout", "timeout");

    private final String pattern;
    private final String rule;
    private final String name;
    private final String alias;

    UriParameter(String pattern, String rule, String name) {
        this(pattern, rule, name, name);
    }

    UriParameter(String pattern, String rule, String name, String alias) {
        this.pattern = pattern;
        this.rule = rule;
        this.name = name;
        this.alias = alias;
    }

    static Optional<UriParameter> of(String name) {
        return Arrays.stream(values())
                .filter(parameter -> name.equalsIgnoreCase(parameter.name) || name.equalsIgnoreCase(parameter.alias))
                .findFirst();
    }

    static String known() {
        return Arrays.stream(values())
                .filter(parameter -> parameter != TIMEOUT)
                .flatMap(parameter -> Stream.of(parameter.name, parameter.alias).distinct())
                .collect(Collectors.joining(", "));
    }

    String part() {
        return "parameter " + name;
    }

    /** The decoded value, checked. */
    String read(UriScheme scheme, String encoded) {
        return PercentEncoding.decode(encoded)
                .filter(value -> value.matches(pattern))
                .orElseThrow(() -> scheme.wrong(part(), rule));
    }
}
