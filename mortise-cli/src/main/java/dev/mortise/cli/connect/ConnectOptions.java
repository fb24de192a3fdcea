package dev.mortise.cli.connect;

import dev.mortise.LockProvider;
import dev.mortise.LockUnavailableException;
import dev.mortise.cli.connect.ServerUris.Form;
import dev.mortise.cli.exit.ExitException;
import dev.mortise.cli.option.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of every command that talks to Redis, as a mixin:
 *
 * <pre>{@code
 * private @Mixin ConnectOptions connect = new ConnectOptions();
 *
 * try (LockProvider client = connect.open("mortise-ls")) {
 * }
 * }</pre>
 *
 * Where Redis is comes from options, a file, the environment, or is this machine, in that order. No message holds what may be a
 * password. Not thread-safe.
 */
public final class ConnectOptions {
    private static final String VARIABLE = "MORTISE_REDIS";
    private static final String LOCAL = "redis://127.0.0.1:6379";

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @ArgGroup(validate = false, heading = "%nWhere Redis is:%n", order = 900)
    private Where where = new Where();

    /** They stand together in the help. */
    private static final class Where {
        @Option(
                names = "--redis",
                order = 900,
                paramLabel = "URI",
                description = {
                    "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS;"
                            + " redis-sentinel://host[:port][,host[:port]...]#master, or rediss-sentinel://;"
                            + " redis-socket:///path. Several times: nodes of a Cluster, or with --quorum independent"
                            + " servers. Default: the variable MORTISE_REDIS (several URIs with blanks between them),"
                            + " else " + LOCAL + ".",
                    "Others see the command line by ps: give a URI with a password by MORTISE_REDIS or --redis-file."
                })
        private List<String> uris = new ArrayList<>();

        @Option(
                names = "--redis-file",
                order = 901,
                paramLabel = "FILE",
                description = "A file with one URI a line, in place of --redis; # begins a comment line. Readable by"
                        + " you alone if it holds a password.")
        private @Nullable Path file;

        @Option(
                names = "--cluster",
                order = 902,
                description = "What the URI leads to is a Cluster. It is found out without that, by one more attempt.")
        private boolean isCluster;

        @Option(
                names = "--quorum",
                order = 903,
                description = "The URIs, three at least, are independent servers that decide by majority.")
        private boolean isQuorum;

        @Option(
                names = "--prefix",
                order = 904,
                paramLabel = "PREFIX",
                description = "What the keys begin with, as keyPrefix in Java. Default: mortise.")
        private String prefix = "mortise";

        @Option(
                names = "--command-timeout",
                order = 905,
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "How long one answer may take. Default: 2s, or 500ms for each server of a quorum; less"
                        + " with a short lease.")
        private @Nullable Duration timeout;

        @Option(
                names = "--quiet-period",
                order = 906,
                paramLabel = "D",
                converter = DurationConverter.class,
                description = "As quietPeriod in Java, where the clients of this Redis set one.")
        private @Nullable Duration quietPeriod;

        @Option(
                names = "--cacert",
                order = 907,
                paramLabel = "FILE",
                description = "For TLS: whom to trust, as PEM. Default: whom the Java runtime trusts.")
        private @Nullable Path authority;

        @Option(
                names = "--cert",
                order = 908,
                paramLabel = "FILE",
                description = "For TLS: the certificate to show to the server, as PEM; with --key.")
        private @Nullable Path certificate;

        @Option(
                names = "--key",
                order = 909,
                paramLabel = "FILE",
                description = "For TLS: its private key, as PEM (PKCS#8) without a password.")
        private @Nullable Path key;
    }

    /**
     * Opens a client that looks and administers, and takes no lock itself. Blocks until it is connected; one try.
     *
     * @param clientName shown to others, such as {@code mortise-ls}
     * @return a {@link dev.mortise.Mortise}, or a {@link dev.mortise.QuorumMortise}
     * @throws ParameterException when options contradict each other
     * @throws ExitException when a file cannot be read, or settings are wrong
     * @throws LockUnavailableException when the servers cannot be reached, or refuse
     */
    public LockProvider open(String clientName) {
        return opening(ClientUse.looking(clientName)).open();
    }

    /**
     * As {@link #open(String)}, for a client that takes locks, and as patient as its use says.
     *
     * @throws InterruptedException when the thread is interrupted between two tries
     */
    public LockProvider open(ClientUse use) throws InterruptedException {
        ClientOpening opening = opening(use);
        return PatientConnect.connect(opening::open, use.patience());
    }

    /** Whether a quorum is asked for, as far as options say; it has no semaphores, and no several locks as one. */
    public boolean isQuorum() {
        return where.isQuorum;
    }

    private ClientOpening opening(ClientUse use) {
        return new ClientOpening(
                servers(),
                where.prefix,
                use,
                where.timeout,
                where.quietPeriod,
                TlsFilesOption.of(where.authority, where.certificate, where.key));
    }

    private ServerUris servers() {
        if (where.isCluster && where.isQuorum) {
            throw wrong("--cluster and --quorum are mutually exclusive: a Cluster decides by itself");
        }
        List<String> uris = uris();
        if (where.isQuorum) {
            return new ServerUris(Form.QUORUM, uris);
        }
        return new ServerUris(where.isCluster ? Form.CLUSTER : uris.size() > 1 ? Form.SEEDS : Form.SINGLE, uris);
    }

    private List<String> uris() {
        if (!where.uris.isEmpty() && where.file != null) {
            throw wrong("--redis and --redis-file are mutually exclusive");
        }
        if (!where.uris.isEmpty()) {
            return where.uris;
        }
        if (where.file != null) {
            return UriLines.of(where.file);
        }
        List<String> named = Arrays.stream(
                        Objects.requireNonNullElse(System.getenv(VARIABLE), "").split("\\s+"))
                .filter(uri -> !uri.isEmpty())
                .toList();
        return named.isEmpty() ? List.of(LOCAL) : named;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
