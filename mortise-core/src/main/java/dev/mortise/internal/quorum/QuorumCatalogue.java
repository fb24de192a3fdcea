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
 * What any node of a quorum has on record. All are walked side by side. A node that does not answer is asked again with the next
 * pages, and is left out after some of them, or when it refuses. A majority must be walked to the end, so that what a majority has
 * on record is met. Thread-safe, never blocks.
 */
final class QuorumCatalogue implements Catalogue {
    /** Between the positions of the nodes; no name has it. */
    private static final String BETWEEN = "\t";

    // A node's position: its own cursor behind a letter and how often it did not answer, or one of two that stay.
    private static final char AT = 'a';
    private static final String DONE = "d";
    private static final String OUT = "o";

    private static final String BEGIN = AT + "0";

    /** So often one after the other a node may not answer: with its time limit, that is the command time-out of a quorum. */
    private static final int MOST_SILENT = 4;

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
                ? Collections.nCopies(quorum.nodes().size(), BEGIN)
                : Arrays.asList(cursor.split(BETWEEN, -1));
        return QuorumCall.of(
                quorum,
                node -> ask(node, positions.get(node.index()), question),
                (Answers<Page> answers) -> merged(answers, positions));
    }

    private static CompletableFuture<Page> ask(
            Node node, String position, BiFunction<Catalogue, String, CompletableFuture<Page>> question) {
        return switch (position) {
            case DONE -> CompletableFuture.completedFuture(new Page(List.of(), ""));
            case OUT ->
                CompletableFuture.failedFuture(
                        new StoreException(Effect.NONE, "did not answer while it was asked what it has", null));
            default -> node.ask(store -> question.apply(store.catalogue(), position.substring(BEGIN.length())));
        };
    }

    private @Nullable Page merged(Answers<Page> answers, List<String> before) {
        if (answers.open() > 0) {
            return null;
        }
        List<String> positions = new ArrayList<>(before);
        for (Node node : quorum.nodes()) {
            boolean mayAnswer = !answers.hasRefused(node);
            positions.set(node.index(), mayAnswer ? onceMore(before.get(node.index())) : OUT);
        }
        Set<String> names = new LinkedHashSet<>();
        for (Answers.Answer<Page> answer : answers.given()) {
            String next = answer.value().next();
            positions.set(answer.node().index(), next.isEmpty() ? DONE : BEGIN + next);
            names.addAll(answer.value().names());
        }
        if (Collections.frequency(positions, OUT) >= quorum.blocking()) {
            throw answers.tooFew(false);
        }
        boolean isOver = Collections.frequency(positions, DONE) >= quorum.majority()
                && positions.stream().noneMatch(QuorumCatalogue::goesOn);
        return new Page(List.copyOf(names), isOver ? "" : String.join(BETWEEN, positions));
    }

    /** Where a node stands that has not answered. */
    private static String onceMore(String position) {
        if (position.equals(DONE) || position.equals(OUT)) {
            return position;
        }
        int silent = 1 + position.charAt(1) - '0';
        return silent < MOST_SILENT ? "" + AT + silent + position.substring(BEGIN.length()) : OUT;
    }

    /** Whether a node is walked still, and has answered. One that is silent is waited for only while a majority needs it. */
    private static boolean goesOn(String position) {
        return position.startsWith(BEGIN);
    }
}
