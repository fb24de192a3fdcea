package dev.mortise.internal.quorum;

import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What any node of a quorum has on record. All are walked side by side. A node that does not answer is left out from then on;
 * a majority must be walked to the end, so that what a majority has on record is met. Thread-safe, never blocks.
 */
final class QuorumCatalogue implements Catalogue {
    /** Between the positions of the nodes; no name has it. */
    private static final String BETWEEN = "\t";

    // A node's position: its own cursor behind a letter, or one of two that stay.
    private static final String AT = "a";
    private static final String DONE = "d";
    private static final String OUT = "o";

    private final Quorum quorum;

    QuorumCatalogue(Quorum quorum) {
        this.quorum = quorum;
    }

    @Override
    public CompletableFuture<Page> locks(String pattern, String cursor) {
        return page(cursor, (catalogue, from) -> catalogue.locks(pattern, from));
    }

    @Override
    public CompletableFuture<Page> clients(String cursor) {
        return page(cursor, Catalogue::clients);
    }

    private CompletableFuture<Page> page(
            String cursor, BiFunction<Catalogue, String, CompletableFuture<Page>> question) {
        List<String> positions = cursor.isEmpty()
                ? Collections.nCopies(quorum.nodes().size(), AT)
                : Arrays.asList(cursor.split(BETWEEN, -1));
        return QuorumCall.of(
                quorum,
                node -> ask(node, positions.get(node.index()), question),
                (Answers<Page> answers) -> merged(answers));
    }

    private static CompletableFuture<Page> ask(
            Node node, String position, BiFunction<Catalogue, String, CompletableFuture<Page>> question) {
        return switch (position) {
            case DONE -> CompletableFuture.completedFuture(new Page(List.of(), ""));
            case OUT ->
                CompletableFuture.failedFuture(
                        new StoreException(Effect.NONE, "did not answer while it was asked what it has", null));
            default -> node.ask(store -> question.apply(store.catalogue(), position.substring(AT.length())));
        };
    }

    private @Nullable Page merged(Answers<Page> answers) {
        if (answers.open() > 0) {
            return null;
        }
        if (!answers.enough()) {
            throw answers.tooFew(false);
        }
        List<String> positions =
                new ArrayList<>(Collections.nCopies(quorum.nodes().size(), OUT));
        Set<String> names = new LinkedHashSet<>();
        boolean isOver = true;
        for (Answers.Answer<Page> answer : answers.given()) {
            String next = answer.value().next();
            isOver &= next.isEmpty();
            positions.set(answer.node().index(), next.isEmpty() ? DONE : AT + next);
            names.addAll(answer.value().names());
        }
        return new Page(List.copyOf(names), isOver ? "" : String.join(BETWEEN, positions));
    }
}
