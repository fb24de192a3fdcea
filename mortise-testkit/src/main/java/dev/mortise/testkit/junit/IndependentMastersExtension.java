package dev.mortise.testkit.junit;

import dev.mortise.testkit.IndependentMasters;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.RedisProcessBuilder;
import java.util.List;

/**
 * Independent masters for a test class, running and empty before each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final IndependentMastersExtension masters = IndependentMastersExtension.create(5);
 * }</pre>
 */
public final class IndependentMastersExtension extends DeploymentExtension<IndependentMasters> {
    private IndependentMastersExtension(int count, RedisProcessBuilder settings) {
        super(IndependentMasters.class, () -> IndependentMasters.start(count, settings));
    }

    /** That many servers without persistence and password. */
    public static IndependentMastersExtension create(int count) {
        return of(count, RedisProcess.builder());
    }

    /** That many servers with these settings. */
    public static IndependentMastersExtension of(int count, RedisProcessBuilder settings) {
        return new IndependentMastersExtension(count, settings);
    }

    /** A URI for each server. */
    public List<String> uris() {
        return deployment().uris();
    }
}
