package dev.mortise.internal.script;

import java.util.Locale;
import java.util.Map;

/** One operation: a constant of the jar, with its includes put in place. Data never becomes part of it. */
public enum Script {
    ACQUIRE,
    ACQUIRE_ALL,
    RELEASE,
    RENEW,
    WITHDRAW,
    RESERVE,
    UPGRADE,
    DOWNGRADE,
    SPLIT,
    ADOPT,
    INSPECT,
    FORCE,
    COLLECT,
    RESIZE,
    VOTE,
    UNVOTE,
    HEARTBEAT,
    BOOT,
    /** Of the guard, not of the engine: it runs where the protected data is. */
    FENCE;

    private final String source;
    private final String sha;

    Script() {
        this.source = ScriptSource.assemble(file(), Map.of());
        this.sha = ScriptSource.sha(source);
    }

    /** What EVAL takes. */
    public String source() {
        return source;
    }

    /** What EVALSHA takes. */
    public String sha() {
        return sha;
    }

    /** The source with some of its parts replaced by name, for tests that bring their own clock. */
    public String sourceWith(Map<String, String> parts) {
        return ScriptSource.assemble(file(), parts);
    }

    private String file() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }
}
