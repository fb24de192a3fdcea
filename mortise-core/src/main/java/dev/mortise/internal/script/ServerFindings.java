package dev.mortise.internal.script;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.diagnosis.InfoText;
import dev.mortise.internal.diagnosis.OpeningFindings;
import dev.mortise.internal.diagnosis.Setup;
import dev.mortise.internal.store.KnownServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the server under which locks can be lost: looked for once when a client opens, as far as its user may ask, and
 * logged. Learns the version of the server by the way, then and after each reconnect. Nothing waits for it.
 */
public final class ServerFindings {
    private static final Logger log = LoggerFactory.getLogger(ServerFindings.class);

    private final Keys keys;
    private final Setup setup;
    private final KnownVersions versions;

    /** Whether the server has told once. Once true stays true. */
    private final AtomicBoolean told = new AtomicBoolean();

    /**
     * @param failsOver whether a replica may take the server's place
     * @param lease of who names none
     * @param quietPeriod zero = none
     * @param versions hears the version
     */
    public ServerFindings(Keys keys, boolean failsOver, Duration lease, Duration quietPeriod, KnownVersions versions) {
        this.keys = keys;
        this.setup = new Setup(lease, Duration.ZERO, quietPeriod, Deployment.STANDALONE, failsOver);
        this.versions = versions;
    }

    /**
     * Logs them, now or later. Returns at once.
     *
     * @param server what the log names it by; empty where there is only one
     */
    public void report(ScriptRunner runner, String server) {
        look(runner, server);
        runner.onReconnect(() -> look(runner, server));
    }

    private void look(ScriptRunner runner, String server) {
        runner.run(Script.FINDINGS, List.of(keys.client("")), List.of())
                .thenCompose(reply ->
                        found(runner, new InfoText((String) Replies.list(reply).get(0))))
                .whenComplete((findings, failure) -> {
                    if (failure != null) {
                        log.debug("It is not known how the server is set up", failure);
                    } else if (told.compareAndSet(false, true)) {
                        String where = server.isEmpty() ? "" : server + ": ";
                        findings.forEach(found -> log.warn("{}{}. {}", where, found.what(), found.advice()));
                    }
                });
    }

    private CompletableFuture<List<Finding>> found(ScriptRunner runner, InfoText info) {
        List<KnownServer> servers = runner.servers();
        if (servers.size() == 1) {
            versions.learned(servers.get(0).address(), info.version());
        }
        if (told.get() || !OpeningFindings.asksSettings(info, setup)) {
            return CompletableFuture.completedFuture(OpeningFindings.of(info, "", "", setup));
        }
        return runner.setting("min-replicas-to-write")
                .thenCombine(
                        runner.setting("min-replicas-max-lag"),
                        (least, lag) -> OpeningFindings.of(info, least, lag, setup));
    }
}
