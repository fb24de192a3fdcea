package dev.mortise.internal.client;

import dev.mortise.ClientStatus;
import dev.mortise.admin.Diagnosis;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.admin.Diagnosis.Severity;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.LockStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What is wrong, or worth knowing: about the servers, and about the way of this client to them. Never blocks. Stateless.
 *
 * @param status how the client is, by itself
 */
record ClientDiagnosis(LockStore store, DiagnosisTerms terms, Supplier<ClientStatus> status) {
    CompletableFuture<Diagnosis> now() {
        return store.diagnose(terms).thenApply(servers -> {
            List<Finding> findings = new ArrayList<>(servers);
            findings.addAll(client(status.get()));
            return new Diagnosis(findings);
        });
    }

    private static List<Finding> client(ClientStatus status) {
        List<Finding> findings = new ArrayList<>();
        if (!status.isReachable()) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "client.unreachable",
                    "",
                    "This client has had no answer for " + status.unchangedFor()
                            + (status.lastError().isEmpty() ? "" : ": " + status.lastError()),
                    "Look whether the server runs and can be reached from here"));
        }
        if (!status.isInboxHeard()) {
            findings.add(new Finding(
                    Severity.WARNING,
                    "client.inbox",
                    "",
                    "Messages of the server do not arrive: waiters get their turn later, by asking again",
                    "Look whether the user may subscribe, and at what stands between this host and the server"));
        }
        return findings;
    }
}
