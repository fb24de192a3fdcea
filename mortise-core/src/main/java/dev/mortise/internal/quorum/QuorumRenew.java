package dev.mortise.internal.quorum;

import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.RenewReply;
import dev.mortise.internal.store.RenewRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases on all nodes at once, each judged for itself: renewed by a majority, or no majority can have it any more, or
 * not known.
 */
final class QuorumRenew {
    private final Quorum quorum;
    private final List<RenewRequest> requests;

    private QuorumRenew(Quorum quorum, List<RenewRequest> requests) {
        this.quorum = quorum;
        this.requests = List.copyOf(requests);
    }

    /** Renews the lease of an acquire that is sent again while its lease is held. */
    static CompletableFuture<RenewReply> again(Quorum quorum, AcquireRequest request, long token) {
        RenewRequest renewal = new RenewRequest(
                request.lock(),
                request.leaseId(),
                request.leaseMillis(),
                false,
                request.shape(),
                request.permits(),
                token,
                request.tag());
        return of(quorum, List.of(renewal)).thenApply(replies -> replies.get(0));
    }

    static CompletableFuture<List<RenewReply>> of(Quorum quorum, List<RenewRequest> requests) {
        QuorumRenew renewal = new QuorumRenew(quorum, requests);
        List<RenewRequest> onNodes = requests.stream()
                .map(request -> new RenewRequest(
                        request.lock(),
                        request.leaseId(),
                        quorum.settings().onNode(request.leaseMillis()),
                        request.mayShorten(),
                        request.shape().inQuorum(),
                        request.permits(),
                        request.token(),
                        request.tag()))
                .toList();
        return QuorumCall.<List<RenewReply>, List<RenewReply>>of(
                quorum, node -> node.ask(store -> store.renew(onNodes)), renewal::decide);
    }

    private @Nullable List<RenewReply> decide(Answers<List<RenewReply>> answers) {
        List<RenewReply> decided = new ArrayList<>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            RenewReply reply = requests.get(i).mayShorten() ? shortened(answers, i) : renewed(answers, i);
            if (reply == null) {
                return null;
            }
            decided.add(reply);
        }
        return decided;
    }

    /** One that may still shorten it somewhere is no good: what was lengthened later would end there too early. */
    private @Nullable RenewReply shortened(Answers<List<RenewReply>> answers, int i) {
        if (answers.open() > 0) {
            return null;
        }
        RenewReply reply = renewed(answers, i);
        return reply instanceof RenewReply.Renewed && answers.inDoubt() > 0 ? unknown(answers, i) : reply;
    }

    private @Nullable RenewReply renewed(Answers<List<RenewReply>> answers, int i) {
        int renewed = 0;
        int gone = 0;
        boolean othersWait = false;
        RenewReply why = new RenewReply.Lost();
        for (Answers.Answer<List<RenewReply>> answer : answers.given()) {
            RenewReply reply = answer.value().get(i);
            if (reply instanceof RenewReply.Renewed one) {
                renewed++;
                othersWait |= one.othersWait();
            } else if (!(reply instanceof RenewReply.Unknown)) {
                gone++;
                why = reply instanceof RenewReply.Forced ? reply : why;
            }
        }
        if (renewed >= quorum.majority()) {
            return new RenewReply.Renewed(othersWait);
        }
        if (gone >= quorum.blocking()) {
            return why;
        }
        boolean mayBeRenewed = renewed + answers.open() >= quorum.majority();
        boolean mayBeGone = gone + answers.open() >= quorum.blocking();
        return answers.open() > 0 && (mayBeRenewed || mayBeGone) ? null : unknown(answers, i);
    }

    private RenewReply unknown(Answers<List<RenewReply>> answers, int i) {
        StringJoiner reasons = new StringJoiner("; ");
        for (Answers.Answer<List<RenewReply>> answer : answers.given()) {
            if (answer.value().get(i) instanceof RenewReply.Unknown unknown) {
                reasons.add(answer.node().name() + ": " + unknown.reason());
            }
        }
        if (!answers.reasons().isEmpty()) {
            reasons.add(answers.reasons());
        }
        return new RenewReply.Unknown("not renewed by a majority of "
                + quorum.nodes().size() + " nodes: " + (reasons.length() == 0 ? "some have lost it" : reasons));
    }
}
