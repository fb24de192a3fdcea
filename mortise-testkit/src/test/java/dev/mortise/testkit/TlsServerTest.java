package dev.mortise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsServerTest {
    private final TestCertificates certificates = TestCertificates.create();

    @AfterAll
    void delete() {
        certificates.close();
        assertThat(Files.exists(certificates.trustStore().getParent())).isFalse();
    }

    @Test
    void a_client_that_trusts_the_authority_connects() {
        try (RedisProcess server =
                RedisProcess.builder().tls(certificates.server()).password("p").start()) {
            assertThat(server.tlsUri()).startsWith("rediss://:p@127.0.0.1:");
            assertThat(ping(server.tlsUri(), trusting().build())).isEqualTo("PONG");

            server.restartWithoutData();

            assertThat(ping(server.tlsUri(), trusting().build())).isEqualTo("PONG");
            assertThat(server.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void a_client_that_does_not_trust_the_authority_is_stopped_by_its_own_check() {
        try (RedisProcess server =
                RedisProcess.builder().tls(certificates.server()).start()) {
            assertThatThrownBy(() -> ping(server.tlsUri(), SslOptions.create()))
                    .isInstanceOf(RedisConnectionException.class)
                    .hasRootCauseMessage("unable to find valid certification path to requested target");
        }
    }

    @Test
    void a_server_may_ask_for_the_clients_certificate() {
        try (RedisProcess server =
                RedisProcess.builder().mutualTls(certificates.server()).start()) {
            SslOptions ours = trusting()
                    .keyManager(
                            certificates.clientCertificate().toFile(),
                            certificates.clientKey().toFile(),
                            new char[0])
                    .build();
            assertThat(ping(server.tlsUri(), ours)).isEqualTo("PONG");
            assertThatThrownBy(() -> ping(server.tlsUri(), trusting().build()))
                    .isInstanceOf(RedisConnectionException.class);
        }
    }

    @Test
    void the_stores_hold_the_same_as_the_pem_files() {
        try (RedisProcess server =
                RedisProcess.builder().mutualTls(certificates.server()).start()) {
            char[] password = TestCertificates.STORE_PASSWORD.toCharArray();
            SslOptions stores = SslOptions.builder()
                    .jdkSslProvider()
                    .keyStoreType("PKCS12")
                    .truststore(certificates.trustStore().toFile(), TestCertificates.STORE_PASSWORD)
                    .keystore(certificates.clientStore().toFile(), password)
                    .build();
            assertThat(ping(server.tlsUri(), stores)).isEqualTo("PONG");
        }
    }

    @Test
    void a_server_without_tls_has_no_address_for_it() {
        try (RedisProcess server = RedisProcess.start()) {
            assertThatIllegalStateException().isThrownBy(server::tlsUri);
        }
    }

    private SslOptions.Builder trusting() {
        return SslOptions.builder()
                .jdkSslProvider()
                .trustManager(certificates.authority().toFile());
    }

    private static String ping(String uri, SslOptions ssl) {
        try (RedisClient client = RedisClient.create(uri)) {
            client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                return connection.sync().ping();
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        }
    }
}
