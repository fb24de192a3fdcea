package dev.mortise.cli.connect;

import dev.mortise.cli.exit.ExitCode;
import dev.mortise.cli.exit.ExitException;
import io.lettuce.core.SslOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trust and a certificate of one's own, from PEM files. */
final class TlsFilesOption {
    private static final char[] NO_PASSWORD = {};

    private TlsFilesOption() {}

    /**
     * @param authority whom to trust in place of what the Java runtime trusts
     * @param certificate of this client, with its key
     * @throws ExitException when a file is missing
     */
    static Optional<SslOptions> of(@Nullable Path authority, @Nullable Path certificate, @Nullable Path key) {
        if (authority == null && certificate == null && key == null) {
            return Optional.empty();
        }
        SslOptions.Builder tls = SslOptions.builder();
        if (authority != null) {
            tls.trustManager(readable("--cacert", authority).toFile());
        }
        if (certificate != null && key != null) {
            tls.keyManager(
                    readable("--cert", certificate).toFile(),
                    readable("--key", key).toFile(),
                    NO_PASSWORD);
        } else if (certificate != null || key != null) {
            throw new ExitException(ExitCode.USAGE, "--cert and --key belong together");
        }
        return Optional.of(tls.build());
    }

    private static Path readable(String option, Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ExitException(ExitCode.USAGE, option + ": cannot read " + file);
        }
        return file;
    }
}
