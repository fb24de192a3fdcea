package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.contract.ReadWriteLockContract;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RestrictedUserReadWriteLockTest extends ReadWriteLockContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder()
            .user(DocumentedUser.NAME, DocumentedUser.PASSWORD, DocumentedUser.rules(DocumentedUser.ONE_SERVER)));

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings)
                .uri(redis.server().uri(DocumentedUser.NAME))
                .keyPrefix(DocumentedUser.PREFIX)
                .build();
    }
}
