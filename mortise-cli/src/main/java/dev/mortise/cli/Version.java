package dev.mortise.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** As the manifest of the jar says. */
final class Version implements IVersionProvider {
    /** The program and its version, as in {@code mortise 1.0.0}. */
    static String text() {
        return "mortise "
                + Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "(unpackaged)");
    }

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }
}
