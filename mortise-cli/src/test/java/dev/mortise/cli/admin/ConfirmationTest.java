package dev.mortise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfirmationTest {
    @ParameterizedTest
    @CsvSource({"y, true", "Yes, true", "' y ', true", "n, false", "'', false", "yess, false", "'\n', false"})
    void only_a_yes_is_one(String answer, boolean isYes) {
        StringWriter err = new StringWriter();
        BufferedReader in = new BufferedReader(new StringReader(answer));
        assertThat(new Confirmation(in, new PrintWriter(err)).isGiven("End it?"))
                .isEqualTo(isYes);
        assertThat(err.toString()).startsWith("End it? [y/N] ");
    }
}
