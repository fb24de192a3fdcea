package dev.mortise.tests.model;

import dev.mortise.internal.store.InboxListener;
import java.util.ArrayList;
import java.util.List;

/** Writes down what the clients of one side hear. */
final class Heard {
    private final List<String> grants = new ArrayList<>();
    private final List<String> others = new ArrayList<>();

    InboxListener of(int client) {
        return new InboxListener() {
            @Override
            public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {
                grants.add("client " + client + " granted " + lock + " lease id " + leaseId + " token " + token
                        + " claim " + claimMillis + " waiting " + waiting);
            }

            @Override
            public void contended(String lock) {
                others.add("client " + client + " contended " + lock);
            }

            @Override
            public void nudged(String lock, String leaseId) {
                others.add("client " + client + " nudged " + leaseId + " of " + lock);
            }

            @Override
            public void forced(String leaseId, String reason) {
                others.add("client " + client + " forced lease id " + leaseId + " " + reason);
            }

            @Override
            public void reconnected() {
                others.add("client " + client + " reconnected");
            }
        };
    }

    /** Grants in their order; the order of the others means nothing. */
    List<String> take() {
        others.sort(null);
        List<String> all = new ArrayList<>(grants);
        all.addAll(others);
        grants.clear();
        others.clear();
        return all;
    }
}
