package dev.mortise.tests.model;

import dev.mortise.internal.script.Script;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The scripts with a clock, a run id and a start that the test sets, as loaded into one server. */
final class ScriptSet {
    static final String CLOCK_KEY = "test:us";
    static final String RUN_KEY = "test:run";
    static final String START_KEY = "test:start";

    /** Lifetimes of keys are real time, so they are all longer by this. */
    static final long LIFETIME_OFFSET_MILLIS = 1_000_000_000;

    private static final String CLOCK = """
            local nowUs
            local function now()
              if not nowUs then nowUs = tonumber(redis.call('GET', '%s')) end
              return math.floor(nowUs / 1000)
            end
            local server = redis
            local function later(call, ...)
              local command, key, ttl, flag = ...
              if command ~= 'PEXPIRE' or tonumber(ttl) <= 0 then return call(...) end
              ttl = string.format('%%.0f', ttl + %d)
              if flag then return call(command, key, ttl, flag) end
              return call(command, key, ttl)
            end
            local redis = {acl_check_cmd = server.acl_check_cmd,
                call = function(...) return later(server.call, ...) end,
                pcall = function(...) return later(server.pcall, ...) end}
            """.formatted(CLOCK_KEY, LIFETIME_OFFSET_MILLIS);

    private static final String RUN = """
            local function runId()
              return redis.call('GET', '%s')
            end
            """.formatted(RUN_KEY);

    private static final String UP = """
            local function upFor()
              local start = redis.call('GET', '%s')
              return start == '' and 0 or now() - math.floor(start / 1000)
            end
            """.formatted(START_KEY);

    private final Map<Script, String> shas = new EnumMap<>(Script.class);

    private ScriptSet() {}

    static ScriptSet load(PushConnection connection, UnaryOperator<String> change) {
        ScriptSet scripts = new ScriptSet();
        for (Script script : Script.values()) {
            String source =
                    change.apply(script.sourceWith(Map.of("clock.lua", CLOCK, "runid.lua", RUN, "uptime.lua", UP)));
            scripts.shas.put(script, String.valueOf(connection.call("SCRIPT", "LOAD", source)));
        }
        return scripts;
    }

    String sha(Script script) {
        return shas.getOrDefault(script, "");
    }
}
