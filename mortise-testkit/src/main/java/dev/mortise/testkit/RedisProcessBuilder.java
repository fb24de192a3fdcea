package dev.mortise.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What server to start. Not thread-safe; {@link #start} may be called more than once. */
public final class RedisProcessBuilder {
    // All fields: the one thread that builds.
    private int port;
    private Persistence persistence = Persistence.NONE;
    private String password = "";
    private final List<String> extra = new ArrayList<>();

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
        if (password.isEmpty() || password.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\' || c == 127)) {
            throw new IllegalArgumentException("password must not be empty, nor hold quotes, backslashes or controls");
        }
        this.password = password;
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

    String uri(int actualPort) {
        String user = password.isEmpty()
                ? ""
                : ":" + URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20") + "@";
        return "redis://" + user + RedisProcess.HOST + ":" + actualPort;
    }

    /** The configuration, for a server that persists in {@code data}. */
    List<String> configuration(int actualPort, String data) {
        List<String> lines = new ArrayList<>(List.of(
                "bind " + RedisProcess.HOST,
                "port " + actualPort,
                "dir \"" + data + "\"",
                "daemonize no",
                "save \"\"",
                "enable-debug-command local"));
        if (persistence == Persistence.AOF_ALWAYS) {
            lines.add("appendonly yes");
            lines.add("appendfsync always");
        }
        if (!password.isEmpty()) {
            lines.add("requirepass \"" + password + "\"");
        }
        lines.addAll(extra);
        return lines;
    }

    /** A copy that later changes do not reach. */
    RedisProcessBuilder copy() {
        RedisProcessBuilder copy = new RedisProcessBuilder();
        copy.port = port;
        copy.persistence = persistence;
        copy.password = password;
        copy.extra.addAll(extra);
        return copy;
    }
}
