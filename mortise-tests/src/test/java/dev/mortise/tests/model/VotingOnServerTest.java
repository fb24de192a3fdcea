package dev.mortise.tests.model;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** A real server as a node of a quorum. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VotingOnServerTest extends VotingRules {
    private final LuaServer server = new LuaServer();

    @AfterAll
    void stop() {
        server.close();
    }

    @Override
    Side begin(SequenceSetup setup) {
        return new LuaSide(server, setup, World.START_MICROS);
    }
}
