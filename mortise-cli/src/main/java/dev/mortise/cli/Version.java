package dev.mortise.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** As the manifest of the jar says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"mortise " + Objects.requireNonNullElse(version, "(unpackaged)")};
    }
}
