package dev.mortise.redis;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The schemes there are, and what a URI of each looks like. */
enum UriScheme {
    REDIS("redis", false, Form.SERVER),
    REDISS("rediss", true, Form.SERVER),
    REDIS_SENTINEL("redis-sentinel", false, Form.SENTINEL),
    REDISS_SENTINEL("rediss-sentinel", true, Form.SENTINEL),
    REDIS_SOCKET("redis-socket", false, Form.SOCKET);

    private enum Form {
        SERVER("[[user]:password@]host[:port][/database]"),
        SENTINEL("[[user]:password@]host[:port][,host[:port]...][/database]#master"),
        SOCKET("[[user]:password@]/path/of/socket[?database=number]");

        private final String afterScheme;

        Form(String afterScheme) {
            this.afterScheme = afterScheme;
        }
    }

    private final String text;
    private final boolean tls;
    private final Form form;

    UriScheme(String text, boolean tls, Form form) {
        this.text = text;
        this.tls = tls;
        this.form = form;
    }

    static Optional<UriScheme> of(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(scheme -> scheme.text.equals(lower))
                .findFirst();
    }

    String text() {
        return text;
    }

    boolean tls() {
        return tls;
    }

    boolean sentinel() {
        return form == Form.SENTINEL;
    }

    boolean socket() {
        return form == Form.SOCKET;
    }

    /** Only fixed words: what the text says may be a secret in the wrong place. */
    IllegalArgumentException wrong(String part, String what) {
        return new IllegalArgumentException(
                "uri: " + part + ": " + what + "; it must look like " + text + "://" + form.afterScheme);
    }
}
