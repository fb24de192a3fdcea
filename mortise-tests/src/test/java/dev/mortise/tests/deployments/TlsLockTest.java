package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.TestCertificates;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.DistributedLockContract;
import dev.mortise.testkit.junit.RedisExtension;
import io.lettuce.core.SslOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;

final class TlsLockTest extends DistributedLockContract {
    private static final TestCertificates certificates = TestCertificates.create();

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(
            RedisProcess.builder().mutualTls(certificates.server()).password("p"));

    @AfterAll
    static void delete() {
        certificates.close();
    }

    @Override
    protected Mortise open(ClientSettings settings) {
        SslOptions tls = SslOptions.builder()
                .trustManager(certificates.authority().toFile())
                .keyManager(
                        certificates.clientCertificate().toFile(),
                        certificates.clientKey().toFile(),
                        new char[0])
                .build();
        return Clients.of(settings).uri(redis.server().tlsUri()).tls(tls).build();
    }
}
