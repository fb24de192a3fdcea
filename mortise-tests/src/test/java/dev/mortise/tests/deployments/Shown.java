package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/** All that is seen of a failure when somebody prints it. */
final class Shown {
    private Shown() {}

    /** Also no stars in its place, and nobody's name before an at sign. */
    static void without(String secret, Throwable failure) {
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(all.toString()).doesNotContain(secret).doesNotContain("**").doesNotContainPattern("//[^\\s/]*@");
    }
}
