package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.junit.RedisExtension;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With one right more than what locking takes. */
final class RestrictedUserAdminTest extends AdminContract {
    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(
            RedisProcess.builder().user(DocumentedUser.NAME, DocumentedUser.PASSWORD, DocumentedUser.rulesOfAdmin()));

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings)
                .uri(redis.server().uri(DocumentedUser.NAME))
                .keyPrefix(DocumentedUser.PREFIX)
                .build();
    }
}
