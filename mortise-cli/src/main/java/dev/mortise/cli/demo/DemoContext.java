package dev.mortise.cli.demo;

import dev.mortise.Mortise;
import dev.mortise.cli.demo.scene.Checks;
import dev.mortise.redis.RedisFence;
import java.time.Duration;

/**
 * All that the parts of the demo play with.
 *
 * @param worked how long a part with nothing but work takes
 */
record DemoContext(
        DemoWorkers crew,
        Ledger ledger,
        Account account,
        Mortise mortise,
        RedisFence fence,
        DemoStage stage,
        Checks checks,
        Duration worked) {
    /** An empty account and new books, while nobody works. */
    void reset() {
        account.balance(0);
        ledger.clearWrites();
    }

    void stop() {
        crew.order(WorkerCommand.STOP);
        crew.awaitIdle();
    }
}
