package dev.mortise.internal.script;

import dev.mortise.internal.store.ReachedCopies;

/**
 * What a script answered, and how far what it wrote was copied.
 *
 * @param reply as of {@link ScriptRunner#run}
 */
public record ReplicatedReply(Object reply, ReachedCopies reached) {}
