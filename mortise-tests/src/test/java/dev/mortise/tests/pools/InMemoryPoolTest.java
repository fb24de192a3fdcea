package dev.mortise.tests.pools;

import dev.mortise.Mortise;
import dev.mortise.testkit.memory.InMemoryMortise;

final class InMemoryPoolTest extends PoolTests {
    private final InMemoryMortise server = InMemoryMortise.start();

    @Override
    Mortise open() {
        return server.connect();
    }
}
