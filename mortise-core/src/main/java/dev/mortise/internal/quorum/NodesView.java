package dev.mortise.internal.quorum;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.StoreStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;

/** How the nodes of a quorum are: as far as is known, or by asking. Never blocks. */
public final class NodesView {
    private final Quorum quorum;

    NodesView(Quorum quorum) {
        this.quorum = quorum;
    }

    /** When each was asked last, in order. */
    public List<NodeStatus> status() {
        return quorum.nodes().stream().map(Node::status).toList();
    }

    /** Asks every node something small; completes when all have answered, or not in time. */
    public CompletableFuture<Void> lookAtAll() {
        return CompletableFuture.allOf(quorum.nodes().stream()
                .map(node -> node.ask(store -> store.client("status")).handle((found, failure) -> null))
                .toArray(CompletableFuture<?>[]::new));
    }

    /** What is known without asking. */
    StoreStatus known() {
        List<KnownServer> servers = new ArrayList<>();
        int heard = 0;
        for (Node node : quorum.nodes()) {
            StoreStatus known = node.store().known();
            NodeStatus last = node.status();
            String version = known.servers().stream()
                    .map(KnownServer::version)
                    .findFirst()
                    .orElse("");
            servers.add(new KnownServer(last.name(), version, last.reachable(), last.latencyNanos(), last.lastError()));
            heard += known.isHeard() ? 1 : 0;
        }
        return new StoreStatus(Deployment.QUORUM, servers, heard >= quorum.majority());
    }

    /** Why there is no connection to some of them; "" when there is, as far as is known. */
    String whyNot(String lock) {
        StringJoiner reasons = new StringJoiner("; ");
        for (Node node : quorum.nodes()) {
            String why = node.store().whyNot(lock);
            if (!why.isEmpty()) {
                reasons.add(node.name() + ": " + why);
            }
        }
        return reasons.toString();
    }

    /** Of all nodes at once, in order. */
    CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms) {
        List<CompletableFuture<List<Finding>>> nodes = quorum.nodes().stream()
                .map(node -> node.store().diagnose(terms.forNode()))
                .toList();
        return CompletableFuture.allOf(nodes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> nodes.stream()
                        .flatMap(node -> node.getNow(List.of()).stream())
                        .toList());
    }

    /**
     * Closes all of them.
     *
     * @throws RuntimeException the first that one of them threw, when all were tried
     */
    void close() {
        LinkedHashSet<RuntimeException> failures = new LinkedHashSet<>();
        for (Node node : quorum.nodes()) {
            try {
                node.store().close();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        failures.stream().findFirst().ifPresent(failure -> {
            throw failure;
        });
    }
}
