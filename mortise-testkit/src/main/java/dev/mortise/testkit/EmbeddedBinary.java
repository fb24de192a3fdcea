package dev.mortise.testkit;

import java.util.Locale;

/** Which of the embedded servers runs on a system. */
final class EmbeddedBinary {
    private static final String VERSION = "7.0.15";

    private EmbeddedBinary() {}

    /**
     * The resource for the values of {@code os.name} and {@code os.arch}.
     *
     * @throws IllegalStateException when there is none; says what to do instead
     */
    static String resource(String osName, String osArch) {
        String os = os(osName.toLowerCase(Locale.ROOT));
        String arch = arch(osArch.toLowerCase(Locale.ROOT));
        if (os.isEmpty() || arch.isEmpty() || (os.equals("darwin") && arch.equals("386"))) {
            throw new IllegalStateException("no embedded Redis for " + osName + " " + osArch
                    + "; install redis-server or valkey-server and name its file by the system property or"
                    + " environment variable " + RedisBinary.SETTING);
        }
        return "/redis-server-" + VERSION + "-" + os + "-" + arch;
    }

    private static String os(String name) {
        if (name.contains("linux")) {
            return "linux";
        }
        return name.contains("mac") || name.contains("darwin") ? "darwin" : "";
    }

    private static String arch(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            case "x86", "i386", "i686" -> "386";
            default -> "";
        };
    }
}
