package dev.mortise.internal.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/** What this process tells others of itself. */
final class Host {
    private Host() {}

    /** The environment comes first: looking the name up may take long, or fail. */
    static String name() {
        String fromEnvironment = System.getenv("HOSTNAME");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown-host";
        }
    }

    /** Of this library, from its jar. */
    static String version() {
        return Objects.requireNonNullElse(Host.class.getPackage().getImplementationVersion(), "unpackaged");
    }
}
