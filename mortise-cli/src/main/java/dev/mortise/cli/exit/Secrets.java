package dev.mortise.cli.exit;

import java.util.regex.Pattern;

/** Keeps passwords out of what is printed, whatever the text is and wherever it comes from. */
public final class Secrets {
    /** Up to the last @ of the word: a password may hold one that should have been escaped. Not of the help texts. */
    private static final Pattern CREDENTIALS =
            Pattern.compile("(?i)(rediss?(?:-[a-z]+)?://)(?!\\[\\[user]:password@])[^\\s'\"]*@");

    /** The password for sentinels stands among the parameters. */
    private static final Pattern PARAMETER = Pattern.compile("(?i)(sentinelPassword=)[^&#\\s'\"]+");

    private Secrets() {}

    /** The text without the credentials of any URI in it. */
    public static String hide(String text) {
        String withoutLogin = CREDENTIALS.matcher(text).replaceAll("$1***@");
        return PARAMETER.matcher(withoutLogin).replaceAll("$1***");
    }
}
