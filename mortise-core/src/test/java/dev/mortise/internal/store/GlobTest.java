package dev.mortise.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "*,a",
                "*,\"\"",
                "a,a",
                "a*,a",
                "a*,abc",
                "*c,abc",
                "a*c,ac",
                "a*c,abbc",
                "a?c,abc",
                "?,ü",
                "?,😀",
                "??,ab",
                "*a*b*c*,xxaxbxcx",
                "a**b,ab",
                "[a],[a]",
                "\\,\\",
                "a.c,a.c",
                "*aab,aaaab",
                "?*,a",
                "*?,a",
                "a*b*c,abbc"
            })
    void these_match(String pattern, String name) {
        assertThat(Glob.of(pattern).matches(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a,b",
                "a,ab",
                "b,ab",
                "a*,ba",
                "*a,ab",
                "a?c,ac",
                "a?c,abbc",
                "?,ab",
                "?,\"\"",
                "??,😀",
                "[a],a",
                "a.c,abc",
                "a*c,acb",
                "?*,\"\"",
                "A,a"
            })
    void these_do_not(String pattern, String name) {
        assertThat(Glob.of(pattern).matches(name)).isFalse();
    }

    @Test
    void what_matches_begins_and_ends_as_the_pattern_does() {
        Glob glob = Glob.of("orders:*/?-x");
        assertThat(glob.head()).isEqualTo("orders:");
        assertThat(glob.tail()).isEqualTo("-x");
        assertThat(glob.isLiteral()).isFalse();
        assertThat(Glob.of("[a]").isLiteral()).isTrue();
        assertThat(Glob.of("[a]").head()).isEqualTo("[a]");
    }

    @Test
    void it_agrees_with_regular_expressions() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            String pattern = text(random, "ab*?");
            String name = text(random, "ab");
            String regex = pattern.replace("*", ".*").replace("?", ".");
            assertThat(Glob.of(pattern).matches(name))
                    .as("%s of %s", name, pattern)
                    .isEqualTo(Pattern.matches(regex, name));
        }
    }

    @Test
    void many_stars_take_no_time() {
        Glob glob = Glob.of("*a".repeat(120) + "*b");
        assertThat(glob.matches("a".repeat(500))).isFalse();
    }

    private static String text(Random random, String letters) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(8); left > 0; left--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
