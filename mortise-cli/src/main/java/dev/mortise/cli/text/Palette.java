package dev.mortise.cli.text;

import java.util.Map;

/** Colours, or none. */
public final class Palette {
    private static final Palette PLAIN = new Palette(false);

    private final boolean isOn;

    private Palette(boolean isOn) {
        this.isOn = isOn;
    }

    /** No colours. */
    public static Palette plain() {
        return PLAIN;
    }

    /** Colours on a terminal, unless {@code NO_COLOR} is set to something, or {@code TERM} is {@code dumb}. */
    public static Palette of(boolean isTerminal, Map<String, String> environment) {
        boolean isUnwanted = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return isTerminal && !isUnwanted ? new Palette(true) : PLAIN;
    }

    /** The text in that colour. */
    public String paint(Tone tone, String text) {
        return isOn && !text.isEmpty() ? "\u001b[" + tone.code() + "m" + text + "\u001b[0m" : text;
    }
}
