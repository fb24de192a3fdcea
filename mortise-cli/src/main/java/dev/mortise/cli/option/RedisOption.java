package dev.mortise.cli.option;

import dev.mortise.cli.exit.ExitException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where Redis is: an option, a file, the environment, or this machine, in that order. */
public final class RedisOption {
    private static final String VARIABLE = "MORTISE_REDIS";
    private static final String LOCAL = "redis://127.0.0.1:6379";

    @ArgGroup
    private @Nullable Source source;

    /** At most one of them. */
    private static final class Source {
        @Option(
                names = "--redis",
                paramLabel = "URI",
                description = {
                    "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS;"
                            + " redis-sentinel://host[:port][,host[:port]...]#master, or rediss-sentinel://;"
                            + " redis-socket:///path. Default: the variable MORTISE_REDIS, else " + LOCAL + ".",
                    "Others see the command line by ps: give a URI with a password by MORTISE_REDIS or --redis-file."
                })
        private @Nullable String uri;

        @Option(
                names = "--redis-file",
                paramLabel = "FILE",
                description = "A file whose first line is the URI; readable by you alone if it holds a password.")
        private @Nullable Path file;
    }

    /**
     * The URI, which may hold a password.
     *
     * @throws ExitException when the file cannot be read
     */
    public String uri() {
        if (source != null && source.uri != null) {
            return source.uri;
        }
        if (source != null && source.file != null) {
            return FirstLine.of("--redis-file", source.file);
        }
        return Optional.ofNullable(System.getenv(VARIABLE))
                .map(String::strip)
                .filter(uri -> !uri.isEmpty())
                .orElse(LOCAL);
    }
}
