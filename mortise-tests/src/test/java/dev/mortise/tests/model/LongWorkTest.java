package dev.mortise.tests.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Work that takes more than one call. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongWorkTest {
    private final LuaServer server = new LuaServer();

    @BeforeAll
    void page() {
        server.pageHashes();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_until_it_is_done(LongWork work) {
        assertThat(work.check(server)).isEmpty();
    }
}
