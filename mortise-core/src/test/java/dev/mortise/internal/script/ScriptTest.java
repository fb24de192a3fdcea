package dev.mortise.internal.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptTest {
    private static final Pattern KEY_MADE_IN_LUA = Pattern.compile(
            "redis\\.p?call\\('(?!PUBLISH)[A-Z]+', *+(?!key\\b|KEYS\\[|marker\\b|command\\b|'server'|'memory'|'replication')[^)]");

    private static final Pattern CALLED = Pattern.compile("(?:redis\\.p?call|\\beach)\\('([A-Z]+)'");
    private static final Pattern TRIED = Pattern.compile("\\btry\\('([A-Z]+)'");

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

    @Test
    void the_rights_script_tries_what_the_others_use() {
        Set<String> used = new TreeSet<>();
        for (Script script : Script.values()) {
            if (script != Script.RIGHTS && !script.isInterop()) {
                CALLED.matcher(script.source()).results().forEach(call -> used.add(call.group(1)));
            }
        }
        Set<String> tried = new TreeSet<>();
        TRIED.matcher(Script.RIGHTS.source()).results().forEach(call -> tried.add(call.group(1)));
        assertThat(tried).isEqualTo(used);
    }
}
