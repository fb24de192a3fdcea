package dev.mortise.internal.script;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One operation: a constant of the jar, with its includes put in place. Data never becomes part of it. */
@SuppressWarnings("ImmutableEnumChecker") // a text comes late, and then is constant
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
    GLANCE,
    PEEK,
    FORCE,
    COLLECT,
    STALE,
    STALE_WAITS,
    STALE_CLIENT,
    RESIZE,
    VOTE,
    UNVOTE,
    HEARTBEAT,
    WAIT,
    UNWAIT,
    LOOK,
    NUDGE,
    BOOT,
    IS_NEW,
    PLACE,
    HEARS,
    RIGHTS,
    FINDINGS,
    /** Of the guard, not of the engine: it runs where the protected data is. */
    FENCE,
    /** This one and those named like it: for locks as programs of others keep them. */
    INTEROP_ACQUIRE,
    INTEROP_RELEASE,
    INTEROP_RENEW,
    INTEROP_LOOK,
    INTEROP_OFFER,
    INTEROP_WAKE;

    /** Null until it is asked for: to put all of them together at once costs a short program more than its lock. Then constant. */
    private volatile @Nullable ScriptText text;

    /** As {@link #text}. */
    private volatile @Nullable ScriptText onCluster;

    /** For a server that is alone, or has replicas. */
    public ScriptText text() {
        ScriptText known = text;
        if (known == null) {
            known = ScriptText.of(ScriptSource.assemble(file(), Map.of()));
            text = known;
        }
        return known;
    }

    /** For a node of a cluster. */
    public ScriptText onCluster() {
        ScriptText known = onCluster;
        if (known == null) {
            known = ScriptText.of(ScriptSource.assemble(file(), ScriptSource.onCluster()));
            onCluster = known;
        }
        return known;
    }

    /** What EVAL takes. */
    public String source() {
        return text().source();
    }

    /** What EVALSHA takes. */
    public String sha() {
        return text().sha();
    }

    /** Whether it is for locks as programs of others keep them, and so needs rights of its own. */
    public boolean isInterop() {
        return name().startsWith("INTEROP_");
    }

    /** The source with some of its parts replaced by name, for tests that bring their own clock. */
    public String sourceWith(Map<String, String> parts) {
        return ScriptSource.assemble(file(), parts);
    }

    private String file() {
        return name().toLowerCase(Locale.ROOT) + ".lua";
    }
}
