package dev.mortise.internal.quorum;

import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the nodes of a quorum have answered so far to one question. Guarded by whoever asked. */
final class Answers<T> {
    private final Quorum quorum;
    private final List<Answer<T>> given = new ArrayList<>();
    private final List<Miss> missing = new ArrayList<>();

    Answers(Quorum quorum) {
        this.quorum = quorum;
    }

    /** As they are now. */
    Answers<T> copy() {
        Answers<T> copy = new Answers<>(quorum);
        copy.given.addAll(given);
        copy.missing.addAll(missing);
        return copy;
    }

    /** The same with a part of each answer. */
    <P> Answers<P> map(Function<T, P> part) {
        Answers<P> parts = new Answers<>(quorum);
        given.forEach(answer -> parts.add(answer.node(), part.apply(answer.value())));
        missing.forEach(miss -> parts.add(miss.node(), miss.failure()));
        return parts;
    }

    void add(Node node, T value) {
        given.add(new Answer<>(node, value));
    }

    void add(Node node, StoreException failure) {
        missing.add(new Miss(node, failure));
    }

    List<Answer<T>> given() {
        return given;
    }

    /** How many answered. */
    int answered() {
        return given.size();
    }

    /** How many may still answer. */
    int open() {
        return quorum.nodes().size() - given.size() - missing.size();
    }

    /** How many may still answer, and answered what they were asked last. */
    int likely() {
        return (int) quorum.nodes().stream()
                .filter(node -> !node.isAway())
                .filter(node -> given.stream().noneMatch(answer -> answer.node() == node))
                .filter(node -> missing.stream().noneMatch(miss -> miss.node == node))
                .count();
    }

    int count(Predicate<T> which) {
        return (int) given.stream().filter(answer -> which.test(answer.value)).count();
    }

    /** Whether a majority answered. */
    boolean enough() {
        return answered() >= quorum.majority();
    }

    /** Whether a majority has answered, or never will. */
    boolean sure() {
        return enough() || answered() + open() < quorum.majority();
    }

    /** Whether that node refuses: it would do so again. */
    boolean hasRefused(Node node) {
        return missing.stream().anyMatch(miss -> miss.node == node && miss.failure.effect() == Effect.REFUSED);
    }

    /** How many did not answer, but may have done what they were asked. */
    int inDoubt() {
        return (int) missing.stream()
                .filter(miss -> miss.failure.effect() == Effect.UNKNOWN)
                .count();
    }

    /** What became of those without an answer, one by one. */
    String reasons() {
        StringJoiner reasons = new StringJoiner("; ");
        missing.forEach(miss -> reasons.add(miss.node.name() + ": " + miss.failure.getMessage()));
        return reasons.toString();
    }

    /**
     * That too few answered.
     *
     * @param done whether what was asked may have been done somewhere, as far as the answers tell
     */
    StoreException tooFew(boolean done) {
        long refused = missing.stream()
                .filter(miss -> miss.failure.effect() == Effect.REFUSED)
                .count();
        Effect effect = Effect.NONE;
        if (done || open() > 0 || inDoubt() > 0) {
            effect = Effect.UNKNOWN;
        }
        if (refused >= quorum.blocking()) {
            effect = Effect.REFUSED;
        }
        StoreException failure = new StoreException(
                effect,
                "of " + quorum.nodes().size() + " nodes " + answered() + " answered, too few to decide: " + reasons(),
                null);
        missing.forEach(miss -> failure.addSuppressed(miss.failure));
        return failure;
    }

    /** By one node. */
    record Answer<T>(Node node, T value) {}

    private record Miss(Node node, StoreException failure) {}
}
