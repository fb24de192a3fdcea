package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptTest {
    private static final Pattern KEY_MADE_IN_LUA = Pattern.compile(
            "redis\\.p?call\\('(?!PUBLISH)[A-Z]+', *+(?!key\\b|KEYS\\[|marker\\b|command\\b|'server')[^)]");

    @ParameterizedTest
    @EnumSource(Script.class)
    void every_part_is_in_place(Script script) {
        assertThat(script.source()).startsWith("#!lua").doesNotContain("@include");
        assertThat(script.sha()).matches("[0-9a-f]{40}");
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void no_key_is_made_in_lua_and_no_data_becomes_source(Script script) {
        String withoutTime = script.source().replace("redis.call('TIME')", "");
        assertThat(withoutTime).doesNotContainPattern(KEY_MADE_IN_LUA).doesNotContain("loadstring");
    }

    @ParameterizedTest
    @EnumSource(Script.class)
    void parts_can_be_replaced_for_tests(Script script) {
        String other = script.sourceWith(Map.of("clock.lua", "local replaced_clock"));
        assertThat(other.contains("replaced_clock")).isEqualTo(script.source().contains("redis.call('TIME')"));
    }
}
