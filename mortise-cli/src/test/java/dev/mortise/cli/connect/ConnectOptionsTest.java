package dev.mortise.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mortise.Lease;
import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.exit.FailureReport;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.junit.RedisExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParameterException;

class ConnectOptionsTest {
    private static final String PASSWORD = "ge@h:eim";

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder().password(PASSWORD));

    @Test
    void one_uri_by_an_option_or_a_file_with_comments(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("uri"), "# production\n\n  " + redis.uri() + "\n");
        try (LockProvider byOption = Connecting.open("--redis", redis.uri());
                LockProvider byFile = Connecting.open("--redis-file", file.toString());
                Lease lease = byOption.lock("x").acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(byFile.lock("x").isLocked()).isTrue();
            assertThat(byFile.admin().inspect("x").holders())
                    .extracting(holder -> holder.client().name())
                    .containsExactly("mortise-test");
        }
    }

    @Test
    void clients_with_different_prefixes_do_not_meet() throws Exception {
        try (LockProvider usual = Connecting.open("--redis", redis.uri());
                LockProvider other = Connecting.open("--redis", redis.uri(), "--prefix", "other");
                Lease lease = other.lock("x").acquire()) {
            assertThat(lease.isValid()).isTrue();
            assertThat(usual.lock("x").isLocked()).isFalse();
        }
    }

    @Test
    void tls_with_an_authority_and_a_certificate_of_ones_own() {
        try (TestCertificates certificates = TestCertificates.create();
                RedisProcess asking =
                        RedisProcess.builder().mutualTls(certificates.server()).start()) {
            String authority = certificates.authority().toString();
            String certificate = certificates.clientCertificate().toString();
            String key = certificates.clientKey().toString();
            try (LockProvider client = Connecting.open(
                    "--redis", asking.tlsUri(), "--cacert", authority, "--cert", certificate, "--key", key)) {
                assertThat(client.lock("x").isLocked()).isFalse();
            }
            assertThatThrownBy(() -> Connecting.open("--redis", asking.tlsUri(), "--cacert", authority))
                    .isInstanceOf(LockUnavailableException.class)
                    .hasMessageContaining("certificate_required");
            assertUsage("--cert and --key", "--redis", asking.tlsUri(), "--cacert", authority, "--cert", certificate);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--redis redis://h --prefix a{b | --prefix must be",
                "--redis redis://h --command-timeout 1ms | --command-timeout must be",
                "--redis redis://h --command-timeout 2m | --command-timeout must be",
                "--redis redis://h --quiet-period 1s | --quiet-period must be zero or at least",
                "--redis redis://a --redis redis-sentinel://:geheim@b#m | URI 2 of 2",
                "--redis redis://:geheim@a --redis redis://:geheim@b:x | URI 2 of 2",
                "--redis redis://:geheim@a --redis redis://:geheim@b --quorum | a quorum needs 3 nodes at least, had 2",
                "--quorum --redis redis://a --redis foo://:geheim@b --redis redis://c | URI 2 of 3",
                "--redis redis-sentinel://:geheim@a#m --cluster | nodes of a Cluster",
                "--redis redis://h --cacert /nonexistent | --cacert: cannot read",
                "--redis-file /nonexistent | no such file",
                "--redis-file / | cannot read",
            })
    void what_is_wrong_is_said_in_the_words_of_the_command_line(String line, String expected) {
        assertUsage(expected, line.split(" "));
    }

    @Test
    void options_that_exclude_each_other_are_said_so() {
        assertThatThrownBy(() -> Connecting.open("--redis", "redis://:geheim@a", "--redis-file", "b"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("mutually exclusive")
                .hasMessageNotContaining("geheim");
        assertThatThrownBy(() -> Connecting.open("--cluster", "--quorum"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("mutually exclusive");
    }

    @Test
    void a_file_without_a_uri_is_said_so(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("uri"), "# geheim\n");
        assertUsage("there is no URI in " + file, "--redis-file", file.toString());
    }

    @Test
    void servers_that_cannot_be_reached_are_named_without_passwords() {
        String[] one = {"--redis", "redis://app:geheim@127.0.0.1:1"};
        String[] seeds = {"--redis", "redis://app:geheim@127.0.0.1:1", "--redis", "redis://app:geheim@127.0.0.1:2"};
        String[] sentinels = {"--redis", "redis-sentinel://app:geheim@127.0.0.1:1?sentinelPassword=geheim#main"};
        String[] quorum = {
            "--quorum",
            "--redis",
            "redis://app:geheim@127.0.0.1:1",
            "--redis",
            "redis://app:geheim@127.0.0.1:2",
            "--redis",
            "redis://app:geheim@127.0.0.1:3"
        };
        for (String[] args : List.of(one, seeds, sentinels, quorum)) {
            assertThatExceptionOfType(LockUnavailableException.class)
                    .isThrownBy(() -> Connecting.open(args))
                    .withMessageContaining("127.0.0.1:1")
                    .satisfies(
                            failure -> assertThat(FailureReport.trace(failure)).doesNotContain("geheim"));
        }
    }

    private static void assertUsage(String expected, String... args) {
        assertThatExceptionOfType(ExitException.class)
                .isThrownBy(() -> Connecting.open(args))
                .withMessageContaining(expected)
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ExitCode.USAGE);
                    assertThat(failure.getMessage()).doesNotContain("geheim");
                });
    }
}
