package dev.mortise.internal.script;

/**
 * A script as it is sent.
 *
 * @param source what EVAL takes
 * @param sha what EVALSHA takes
 */
public record ScriptText(String source, String sha) {
    static ScriptText of(String source) {
        return new ScriptText(source, ScriptSource.sha(source));
    }
}
