package dev.mortise.testkit;

import java.util.ArrayList;
import java.util.List;

/** The configuration file of a server with given settings. */
final class Configuration {
    private final RedisProcessBuilder settings;
    private final Endpoints endpoints;
    private final ServerDirectory directory;
    private final List<String> lines = new ArrayList<>();

    private Configuration(RedisProcessBuilder settings, Endpoints endpoints, ServerDirectory directory) {
        this.settings = settings;
        this.endpoints = endpoints;
        this.directory = directory;
    }

    static List<String> lines(RedisProcessBuilder settings, Endpoints endpoints, ServerDirectory directory) {
        Configuration configuration = new Configuration(settings, endpoints, directory);
        configuration.common();
        if (!settings.isSentinel()) {
            configuration.data();
            configuration.users();
            configuration.otherListeners();
            configuration.cluster();
        }
        configuration.lines.addAll(settings.extra());
        return configuration.lines;
    }

    private void common() {
        lines.add("bind " + RedisProcess.HOST);
        lines.add("port " + endpoints.port());
        lines.add("dir \"" + directory.data() + "\"");
        lines.add("daemonize no");
    }

    private void data() {
        lines.add("save \"\"");
        lines.add("enable-debug-command local");
        lines.add("repl-diskless-sync-delay 0"); // a replica that connects is served at once, not 5 seconds later
        if (settings.persistence() == Persistence.AOF_ALWAYS) {
            lines.add("appendonly yes");
            lines.add("appendfsync always");
        }
        RedisProcess master = settings.master();
        if (master != null) {
            lines.add("replicaof " + RedisProcess.HOST + " " + master.port());
            if (!master.password().isEmpty()) {
                lines.add("masterauth \"" + master.password() + "\"");
            }
        }
    }

    private void users() {
        if (!settings.password().isEmpty()) {
            lines.add("requirepass \"" + settings.password() + "\"");
        }
        settings.users().forEach(user -> lines.add(user.line()));
    }

    private void otherListeners() {
        settings.tls().ifPresent(tls -> {
            lines.add("tls-port " + endpoints.tlsPort());
            lines.add("tls-ca-cert-file \"" + tls.authority() + "\"");
            lines.add("tls-cert-file \"" + tls.certificate() + "\"");
            lines.add("tls-key-file \"" + tls.key() + "\"");
            lines.add("tls-auth-clients " + (settings.authenticatesClients() ? "yes" : "no"));
        });
        if (!endpoints.socket().isEmpty()) {
            lines.add("unixsocket \"" + endpoints.socket() + "\"");
            lines.add("unixsocketperm 700");
        }
    }

    private void cluster() {
        if (settings.isCluster()) {
            lines.add("cluster-enabled yes");
            lines.add("cluster-config-file \"" + directory.clusterFile() + "\"");
            lines.add("cluster-node-timeout 1000");
            lines.add("cluster-allow-replica-migration no");
            lines.add("cluster-replica-validity-factor 0");
            if (settings.tls().isPresent()) {
                // Redis 7.0 sends clients by TLS to ports for TLS only if the nodes speak it among themselves.
                lines.add("tls-cluster yes");
                lines.add("tls-replication yes");
            }
        }
    }
}
