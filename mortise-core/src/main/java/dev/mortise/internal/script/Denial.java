package dev.mortise.internal.script;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user of the server may not do: a right is missing, or the server has no such command.
 *
 * @param right in words
 * @param rule what gives it, as {@code ACL SETUSER} takes it; empty where the server does not know the command
 */
record Denial(String right, String rule) {
    // Redis 7.0 words it one way in scripts and another outside, later versions and Valkey a third way.
    private static final Pattern COMMAND = Pattern.compile("run the '([^']+)' command");
    private static final Pattern COMMAND_IN_SCRIPT = Pattern.compile("can't run this command");
    private static final Pattern CHANNEL = Pattern.compile("(access|publish to) .*channel");
    private static final Pattern KEY = Pattern.compile("access .*key");
    private static final Pattern ANY =
            Pattern.compile("NOPERM|The user executing the script can't|ACL failure in script");

    // In a script it is not named.
    private static final Pattern UNKNOWN =
            Pattern.compile("(?i)unknown (?:redis |valkey )?command(?: called from script| ['`]([^'`]+)['`])");

    /** Whether the error is about a right. */
    static boolean isOne(String error) {
        return ANY.matcher(error).find();
    }

    /**
     * What is missing, if the error is about that.
     *
     * @param tried the command, where the error does not name it
     */
    static Optional<Denial> of(String error, String tried, Keys keys) {
        Matcher unknown = UNKNOWN.matcher(error);
        if (unknown.find()) {
            String named = unknown.group(1) == null ? tried : unknown.group(1);
            return named.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Denial(command(named).right(), ""));
        }
        if (!isOne(error)) {
            return Optional.empty();
        }
        Matcher command = COMMAND.matcher(error);
        if (command.find()) {
            return Optional.of(command(command.group(1)));
        }
        if (!COMMAND_IN_SCRIPT.matcher(error).find()) {
            if (CHANNEL.matcher(error).find()) {
                return Optional.of(new Denial("channels " + keys.inboxes(), "&" + keys.inboxes()));
            }
            if (KEY.matcher(error).find()) {
                return Optional.of(new Denial("keys " + keys.all(), "~" + keys.all()));
            }
        }
        return Optional.of(command(tried));
    }

    /** Whether it is the command itself that the server does not have. */
    boolean isUnknownCommand() {
        return rule.isEmpty();
    }

    private static Denial command(String name) {
        return new Denial("command " + name.toUpperCase(Locale.ROOT), "+" + name.toLowerCase(Locale.ROOT));
    }
}
