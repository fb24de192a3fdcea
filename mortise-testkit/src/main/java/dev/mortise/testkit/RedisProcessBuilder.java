package dev.mortise.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What server to start. Not thread-safe; {@link #start} may be called more than once. */
public final class RedisProcessBuilder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");

    // The fields below: the one thread that builds.
    private int port;
    private Persistence persistence = Persistence.NONE;
    private String password = "";
    private @Nullable TlsFiles tls;
    private boolean authenticatesClients;
    private boolean socket;
    private boolean sentinel;
    private boolean cluster;
    private @Nullable RedisProcess master;
    private final List<AclUser> users = new ArrayList<>();
    private final List<String> extra = new ArrayList<>();
    private final List<List<String>> afterStart = new ArrayList<>();

    RedisProcessBuilder() {}

    /**
     * The port on 127.0.0.1; 0, the default, for a free one, which the server keeps when it is restarted.
     *
     * @throws IllegalArgumentException when it is no port
     */
    public RedisProcessBuilder port(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be from 0 to 65535, was " + port);
        }
        this.port = port;
        return this;
    }

    /** What outlives a kill; the default is {@link Persistence#NONE}. */
    public RedisProcessBuilder persistence(Persistence persistence) {
        this.persistence = Objects.requireNonNull(persistence, "persistence");
        return this;
    }

    /**
     * The password of the default user; none by default.
     *
     * @throws IllegalArgumentException when it is empty or has quotes, backslashes or control characters
     */
    public RedisProcessBuilder password(String password) {
        this.password = checked(password);
        return this;
    }

    /**
     * A user beside the default one, who may do what the rules say, such as {@code "~orders:*", "+@all"}; without rules
     * nothing.
     *
     * @throws IllegalArgumentException when the name is not made of letters, digits, dots, dashes and underscores, is that
     *     of the default user, or when the password is none for {@link #password}
     */
    public RedisProcessBuilder user(String name, String password, String... rules) {
        if (!NAME.matcher(name).matches() || name.equals("default")) {
            throw new IllegalArgumentException("name must be letters, digits, dots, dashes, underscores and not the"
                    + " default user's, was " + name);
        }
        users.add(new AclUser(name, checked(password), List.of(rules)));
        return this;
    }

    /** Listens by TLS too, on a port of its own, and asks clients for no certificate. */
    public RedisProcessBuilder tls(TlsFiles files) {
        this.tls = Objects.requireNonNull(files, "files");
        this.authenticatesClients = false;
        return this;
    }

    /** Listens by TLS too, on a port of its own, for clients that show a certificate of the authority. */
    public RedisProcessBuilder mutualTls(TlsFiles files) {
        tls(files);
        this.authenticatesClients = true;
        return this;
    }

    /** Listens on a Unix domain socket in the server's directory too. */
    public RedisProcessBuilder unixSocket() {
        this.socket = true;
        return this;
    }

    /** Begins as a replica of that server, and logs in there with its password. */
    public RedisProcessBuilder replicaOf(RedisProcess master) {
        this.master = Objects.requireNonNull(master, "master");
        return this;
    }

    /** Further lines of the configuration file, after ours, such as {@code maxmemory 2mb}. */
    public RedisProcessBuilder config(String... lines) {
        extra.addAll(List.of(lines));
        return this;
    }

    /**
     * Starts the server. Blocks until it answers, for 30 seconds at most.
     *
     * @throws IllegalStateException when there is no server for this system, or it does not start; holds its log
     */
    public RedisProcess start() {
        return RedisProcess.start(this);
    }

    int port() {
        return port;
    }

    Persistence persistence() {
        return persistence;
    }

    String password() {
        return password;
    }

    /** A Sentinel in place of a server with data. */
    RedisProcessBuilder sentinel() {
        this.sentinel = true;
        return this;
    }

    /** A node of a cluster. */
    RedisProcessBuilder cluster() {
        this.cluster = true;
        return this;
    }

    /** A command to be sent after each start. */
    RedisProcessBuilder afterStart(String... command) {
        afterStart.add(List.of(command));
        return this;
    }

    /** The same as these settings so far, to be changed alone. */
    RedisProcessBuilder copy() {
        RedisProcessBuilder copy = new RedisProcessBuilder();
        copy.port = port;
        copy.persistence = persistence;
        copy.password = password;
        copy.tls = tls;
        copy.authenticatesClients = authenticatesClients;
        copy.socket = socket;
        copy.sentinel = sentinel;
        copy.cluster = cluster;
        copy.master = master;
        copy.users.addAll(users);
        copy.extra.addAll(extra);
        copy.afterStart.addAll(afterStart);
        return copy;
    }

    Optional<TlsFiles> tls() {
        return Optional.ofNullable(tls);
    }

    boolean authenticatesClients() {
        return authenticatesClients;
    }

    boolean hasSocket() {
        return socket;
    }

    boolean isSentinel() {
        return sentinel;
    }

    boolean isCluster() {
        return cluster;
    }

    @Nullable
    RedisProcess master() {
        return master;
    }

    List<AclUser> users() {
        return users;
    }

    List<String> extra() {
        return extra;
    }

    List<List<String>> afterStart() {
        return afterStart;
    }

    private static String checked(String password) {
        if (password.isEmpty() || password.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\' || c == 127)) {
            throw new IllegalArgumentException("password must not be empty, nor hold quotes, backslashes or controls");
        }
        return password;
    }
}
