package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.testkit.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work that takes more than one call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongWorkTest {
    private final RedisProcess process = RedisProcess.start();
    private final LuaServer server = new LuaServer(process.host(), process.port());

    @BeforeAll
    void page() {
        server.pageHashes();
    }

    @AfterAll
    void stop() {
        server.close();
        process.close();
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_until_it_is_done(LongWork work) {
        assertThat(work.check(server)).isEmpty();
    }
}
