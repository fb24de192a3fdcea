package dev.mortise.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.StaticCredentialsProvider;

/**
 * Whom to log in as.
 *
 * @param user empty for the default user
 * @param password empty when there are no credentials
 */
record UriCredentials(String user, String password) {
    static final UriCredentials NONE = new UriCredentials("", "");

    /** Text without a colon is a password, as Lettuce and redis-cli have it. */
    static UriCredentials parse(UriText text) {
        String info = text.userInfo();
        if (info.isEmpty()) {
            return NONE;
        }
        int colon = info.indexOf(':');
        String user = decode(text, info.substring(0, Math.max(colon, 0)));
        String password = decode(text, info.substring(colon + 1));
        if (password.isEmpty()) {
            throw text.scheme().wrong("user info", "the password is empty");
        }
        return new UriCredentials(user, password);
    }

    private static String decode(UriText text, String part) {
        return PercentEncoding.decode(part)
                .orElseThrow(() -> text.scheme()
                        .wrong("user info", "a % must begin the two-digit escape of a UTF-8 byte; % itself is %25"));
    }

    void addTo(RedisURI.Builder builder) {
        if (password.isEmpty()) {
            return;
        }
        builder.withAuthentication(new StaticCredentialsProvider(user.isEmpty() ? null : user, password.toCharArray()));
    }

    /** Says nothing of them. */
    @Override
    public String toString() {
        return password.isEmpty() ? "no credentials" : "credentials";
    }
}
