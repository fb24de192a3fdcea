package dev.mortise.tests.deployments;

import dev.mortise.Mortise;
import dev.mortise.testkit.contract.AdminContract;
import dev.mortise.testkit.contract.ClientSettings;
import dev.mortise.testkit.junit.SentinelExtension;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SentinelAdminTest extends AdminContract {
    @RegisterExtension
    static final SentinelExtension sentinels = SentinelExtension.create();

    @Override
    protected Mortise open(ClientSettings settings) {
        return Clients.of(settings)
                .uri(sentinels.uri())
                .quietPeriod(Duration.ofMinutes(5))
                .build();
    }
}
