package dev.mortise.internal.script;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.internal.diagnosis.ServerDiagnosis;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.diagnosis.Setup;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks at every server behind one store, all at once, and at what the user of the client may do. Never fails, never blocks. */
final class StoreDiagnosis {
    private static final Map<String, String> SCRIPTS = names();

    private final ScriptRunner runner;
    private final Keys keys;
    private final Rights rights;
    private final KnownVersions versions;

    StoreDiagnosis(ScriptRunner runner, Keys keys, Rights rights, KnownVersions versions) {
        this.runner = runner;
        this.keys = keys;
        this.rights = rights;
        this.versions = versions;
    }

    CompletableFuture<List<Finding>> findings(Setup setup) {
        List<ServerProbe> probes = runner.probes();
        List<CompletableFuture<List<Finding>>> parts = new ArrayList<>();
        for (ServerProbe probe : probes) {
            ServerDiagnosis server = new ServerDiagnosis(probe, setup, SCRIPTS);
            parts.add(server.findings().whenComplete((found, failure) -> {
                versions.learned(probe.server(), server.version());
            }));
        }
        parts.add(cluster(probes, 0));
        parts.add(missing());
        parts.add(new KeyCensus(runner, keys, probes).findings());
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .handle((all, failure) -> {
                    probes.forEach(ServerProbe::close);
                    List<Finding> findings = new ArrayList<>();
                    parts.forEach(part -> findings.addAll(
                            part.exceptionally(StoreDiagnosis::broken).getNow(List.of())));
                    return List.copyOf(findings);
                });
    }

    /** As the first node sees it that says anything. */
    private static CompletableFuture<List<Finding>> cluster(List<ServerProbe> probes, int from) {
        if (from >= probes.size()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return ServerDiagnosis.cluster(probes.get(from))
                .thenCompose(found ->
                        found.stream().allMatch(finding -> finding.code().equals("not-looked-at"))
                                        && from + 1 < probes.size()
                                ? cluster(probes, from + 1)
                                : CompletableFuture.completedFuture(found));
    }

    /** A client opens only with all of them; they may have been taken since. */
    private CompletableFuture<List<Finding>> missing() {
        return Failure.or(() -> rights.check(runner)).handle((done, failure) -> {
            if (failure == null) {
                return List.of();
            }
            StoreException why = Failure.of(failure);
            return why.effect() == Effect.REFUSED
                    ? List.of(new Finding(Severity.ERROR, "rights.missing", "", String.valueOf(why.getMessage()), ""))
                    : List.of();
        });
    }

    private static List<Finding> broken(Throwable failure) {
        return List.of(new Finding(
                Severity.WARNING,
                "not-looked-at",
                "",
                "A part could not be looked at: " + Failure.of(failure).getMessage(),
                "Please report this"));
    }

    private static Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (Script script : Script.values()) {
            String name = script.name().toLowerCase(Locale.ROOT);
            names.put(script.text().sha(), name);
            names.put(script.onCluster().sha(), name);
        }
        return Map.copyOf(names);
    }
}
