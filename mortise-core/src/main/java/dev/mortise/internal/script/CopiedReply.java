package dev.mortise.internal.script;

import dev.mortise.internal.store.Copied;

/**
 * What a script answered, and how far what it wrote was copied.
 *
 * @param reply as of {@link ScriptRunner#run}
 */
public record CopiedReply(Object reply, Copied reached) {}
