package dev.mortise.tests.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisProcessBuilder;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.process.Polling;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of one's own, in all the ways that the guide names. */
final class TlsTest {
    /** A name of this machine that the server's certificate does not have. */
    private static final String OTHER_NAME = "127.0.0.2";

    private static final String PASSWORD = "geheim";

    private static TestCertificates certificates;
    private static TestCertificates others;
    private static RedisProcess server;
    private static RedisProcess asking;

    @BeforeAll
    static void start() {
        certificates = TestCertificates.create();
        others = TestCertificates.create();
        RedisProcessBuilder settings = RedisProcess.builder().password(PASSWORD).config("bind 127.0.0.1 127.0.0.2");
        server = settings.tls(certificates.server()).start();
        asking = settings.mutualTls(certificates.server()).start();
    }

    @AfterAll
    static void stop() {
        List.of(asking, server).forEach(RedisProcess::close);
        List.of(certificates, others).forEach(TestCertificates::close);
    }

    @Test
    void an_authority_of_ones_own_is_trusted_by_file_or_store() {
        works(server.tlsUri(), trusting(certificates));
        works(
                server.tlsUri(),
                SslOptions.builder()
                        .truststore(certificates.trustStore().toFile(), TestCertificates.STORE_PASSWORD)
                        .build());
    }

    @Test
    void a_client_shows_its_certificate_from_files_or_a_store() {
        SslOptions files = SslOptions.builder()
                .trustManager(certificates.authority().toFile())
                .keyManager(
                        certificates.clientCertificate().toFile(),
                        certificates.clientKey().toFile(),
                        new char[0])
                .build();
        works(asking.tlsUri(), files);
        SslOptions stores = SslOptions.builder()
                .truststore(certificates.trustStore().toFile(), TestCertificates.STORE_PASSWORD)
                .keystore(certificates.clientStore().toFile(), TestCertificates.STORE_PASSWORD.toCharArray())
                .build();
        works(asking.tlsUri(), stores);
    }

    @Test
    void without_the_certificate_that_the_server_asks_for_the_client_is_refused() {
        refused(asking.tlsUri(), trusting(certificates), "TLS: Received fatal alert: certificate_required");
    }

    @Test
    void whoever_was_connected_hears_that_the_certificate_is_another_one_now() throws Exception {
        try (RedisProcess changing =
                        RedisProcess.builder().tls(certificates.server()).start();
                Mortise client = RedisMortise.builder()
                        .uri(changing.tlsUri())
                        .tls(trusting(certificates))
                        .build()) {
            changing.command(
                    "CONFIG",
                    "SET",
                    "tls-cert-file",
                    others.server().certificate().toString(),
                    "tls-key-file",
                    others.server().key().toString(),
                    "tls-ca-cert-file",
                    others.authority().toString());
            changing.command("CLIENT", "KILL", "TYPE", "pubsub");
            changing.command("CLIENT", "KILL", "TYPE", "normal");
            String wanted = "not connected to Redis: TLS: the server's certificate is not trusted";
            assertThat(Polling.until(Duration.ofSeconds(40), () -> {
                        Throwable failure =
                                catchThrowable(() -> client.lock("a").tryAcquire());
                        return failure instanceof LockUnavailableException
                                && String.valueOf(failure.getMessage()).contains(wanted);
                    }))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"FULL", "CA"})
    void a_server_of_another_authority_is_refused(String mode) {
        refused(
                server.tlsUri() + "/0?verifyPeer=" + mode,
                trusting(others),
                "TLS: the server's certificate is not trusted");
    }

    @Test
    void without_trust_of_ones_own_that_of_the_runtime_counts() {
        refused(server.tlsUri(), SslOptions.create(), "TLS: the server's certificate is not trusted");
    }

    @Test
    void with_no_verification_any_server_will_do() {
        works(server.tlsUri() + "/0?verifyPeer=NONE", trusting(others));
        works(otherName() + "/0?verifyPeer=NONE", trusting(others));
    }

    @Test
    void a_server_under_another_name_is_refused_unless_only_its_authority_counts() {
        refused(otherName(), trusting(certificates), "TLS: the server's certificate is not for this host: ");
        refused(otherName() + "/0?verifyPeer=FULL", trusting(certificates), OTHER_NAME);
        works(otherName() + "/0?verifyPeer=CA", trusting(certificates));
    }

    @Test
    void a_server_that_does_not_speak_tls_is_given_up_in_time() {
        refused(
                "rediss://:" + PASSWORD + "@" + server.host() + ":" + server.port(),
                trusting(certificates),
                "timed out");
    }

    private static String otherName() {
        return server.tlsUri().replace("127.0.0.1", OTHER_NAME);
    }

    private static SslOptions trusting(TestCertificates whose) {
        return SslOptions.builder().trustManager(whose.authority().toFile()).build();
    }

    private static void works(String uri, SslOptions tls) {
        try (Mortise client = RedisMortise.builder().uri(uri).tls(tls).build()) {
            assertThat(client.lock("a").tryAcquire()).isPresent();
        }
    }

    private static void refused(String uri, SslOptions tls, String why) {
        assertThatThrownBy(() -> RedisMortise.builder().uri(uri).tls(tls).build())
                .isInstanceOf(LockUnavailableException.class)
                .hasMessageContaining("cannot be used: ")
                .hasMessageContaining(why)
                .satisfies(failure -> Shown.without(PASSWORD, failure));
    }
}
