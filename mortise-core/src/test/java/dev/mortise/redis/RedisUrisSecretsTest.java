package dev.mortise.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated passwords and user names, encoded and raw, in right and wrong URIs: none comes out in any text. */
class RedisUrisSecretsTest {
    private static final String ALPHABET = "abzXY019@:/#?%&=;,+[]-_.~!$ \t\"<>\\^`{|}üß€";

    private static final List<String> TEMPLATES = List.of(
            "redis://USER:PASS@h",
            "redis://:PASS@h:6379/0",
            "redis://PASS@h",
            "redis://USER:PASS@",
            "redis://USER:PASS@h:70000",
            "redis://USER:PASS@h/x",
            "redis://USER:PASS@h?unknown=1",
            "redis://USER:PASS@h?PASS",
            "redis://h?password=PASS",
            "redis://h?PASS=1",
            "redis://USER:PASS@h#x",
            "redis://USER:PASS@h1,h2",
            "redis://USER:PASS@..",
            "rediss://USER:PASS@h?verifyPeer=PASS",
            "redis://USER:PASS@h?clientName=a b",
            "http://USER:PASS@h",
            "USER:PASS@h",
            "redis:USER:PASS@h",
            "redis:/USER:PASS@h",
            "redis-sentinel://USER:PASS@h1,h2:1#m",
            "redis-sentinel://USER:PASS@h1,h2:x#m",
            "redis-sentinel://USER:PASS@h1",
            "redis-sentinel://h1?sentinelUser=USER&sentinelPassword=PASS&master=m",
            "redis-sentinel://h1?sentinelUser=USER&sentinelPassword=PASS",
            "redis://USER:PASS@h?master=m",
            "redis://USER:PASS@h?timeout=PASS",
            "redis-socket://USER:PASS@/run/redis.sock",
            "redis-socket://USER:PASS@h/run/redis.sock");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void no_text_holds_a_secret(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            String user = secret(random);
            String password = secret(random);
            for (String template : TEMPLATES) {
                check(template, user, password, encoded(user), encoded(password));
                check(template, user, password, user, password);
                check(template, user, password, encoded(user), encoded(password).replaceFirst("%..", "%"));
            }
        }
    }

    private static void check(String template, String user, String password, String userThere, String passwordThere) {
        String text = template.replace("USER", userThere).replace("PASS", passwordThere);
        List<String> outputs = new ArrayList<>();
        outputs.addAll(outcome(List.of(text)));
        outputs.addAll(outcome(List.of("redis://h0", text)));
        outputs.addAll(outcome(List.of(text, "redis://h0")));
        for (String output : outputs) {
            assertThat(output)
                    .as(template)
                    .doesNotContain(password, encoded(password), passwordThere)
                    .doesNotContain(password.substring(0, 6), password.substring(password.length() - 6));
        }
        // Lettuce's own text, the first of an address that was read, has the user name and stars.
        outputs.stream()
                .filter(output -> !output.startsWith("lettuce "))
                .forEach(output -> assertThat(output).as(template).doesNotContain(user, encoded(user), userThere));
    }

    private static List<String> outcome(List<String> texts) {
        try {
            RedisAddress address = RedisUris.parse(texts);
            Stream<String> lettuce = address.uris().stream()
                    .flatMap(uri -> Stream.concat(Stream.of(uri), uri.getSentinels().stream()))
                    .map(uri -> "lettuce " + uri);
            return Stream.concat(Stream.of(address.toString(), address.withoutSecrets()), lettuce)
                    .toList();
        } catch (IllegalArgumentException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return List.of(e.toString(), trace.toString());
        }
    }

    /** Longer than any word of our own that it could be in by accident. */
    private static String secret(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 12 + random.nextInt(20);
        while (text.length() < length) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z') {
                encoded.append((char) b);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return encoded.toString();
    }
}
