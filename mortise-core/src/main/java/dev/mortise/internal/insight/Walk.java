package dev.mortise.internal.insight;

import dev.mortise.LockUnavailableException;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes through what is on record, and asks about each name: made for one reader, who may stop at any time. Not thread-safe. */
final class Walk<T> {
    /*
     * Overview. All is done by the thread that reads, when it wants the next one. A page of names is fetched when those of the
     * page before are used up. The first some of them are asked about at once, and each that is handed out makes room for one
     * more. So a reader who stops leaves nothing but a few requests, whose answers are dropped.
     *
     * A page may bring a name again; see Catalogue. So the last names are remembered, and as many as that are all the memory
     * it takes.
     */
    private static final Logger log = LoggerFactory.getLogger(Walk.class);

    /** How many names are asked about at once. */
    private static final int AT_ONCE = 32;

    /** How many names are remembered. */
    private static final int REMEMBERED = 10_000;

    private final Pages pages;
    private final Question<T> question;
    private final Runnable requireOpen;
    private final RecentNames met = new RecentNames(REMEMBERED);

    /** Those of the last page that were not asked about yet. */
    private final Deque<String> names = new ArrayDeque<>();

    /** Those that were, in order. */
    private final Deque<Asked<T>> asked = new ArrayDeque<>();

    /** Where the next page begins. */
    private String cursor = "";

    /** Whether the last page was fetched; once true stays true. */
    private boolean isLast;

    /** @param requireOpen throws when the client is closed */
    Walk(Pages pages, Question<T> question, Runnable requireOpen) {
        this.pages = pages;
        this.question = question;
        this.requireOpen = requireOpen;
    }

    /** A page of names. */
    interface Pages {
        CompletableFuture<Catalogue.Page> from(String cursor);
    }

    /** What there is of a name; empty when there is nothing worth telling any more. */
    interface Question<T> {
        CompletableFuture<Optional<T>> about(String name);
    }

    /** All that are left, one after the other. To be used once. */
    Stream<T> stream() {
        return StreamSupport.stream(
                new Spliterators.AbstractSpliterator<T>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {
                    @Override
                    public boolean tryAdvance(Consumer<? super T> action) {
                        T found = next();
                        if (found == null) {
                            return false;
                        }
                        action.accept(found);
                        return true;
                    }
                },
                false);
    }

    /**
     * The next one; null when there are no more. Blocks.
     *
     * @throws LockUnavailableException when the server cannot be asked
     */
    private @Nullable T next() {
        while (true) {
            requireOpen.run();
            while (asked.size() < AT_ONCE && !names.isEmpty()) {
                String name = names.remove();
                asked.add(new Asked<>(name, Failure.or(() -> question.about(name))));
            }
            Asked<T> first = asked.poll();
            if (first != null) {
                Optional<T> answer = answer(first);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } else if (isLast) {
                return null;
            } else {
                turnPage();
            }
        }
    }

    private void turnPage() {
        Catalogue.Page page;
        try {
            page = Await.result(Failure.or(() -> pages.from(cursor)));
        } catch (RuntimeException e) {
            throw unavailable("", e);
        }
        page.names().stream().filter(met::add).forEach(names::add);
        cursor = page.next();
        isLast = cursor.isEmpty();
    }

    /** A record that is damaged, or foreign, is left out: one key must not hide all others. */
    private static <T> Optional<T> answer(Asked<T> asked) {
        try {
            return Await.result(asked.answer);
        } catch (RuntimeException e) {
            StoreException failure = Failure.of(e);
            if (failure.effect() != Effect.REFUSED) {
                throw unavailable(asked.name, e);
            }
            log.warn("'{}' is left out of a listing: {}", asked.name, failure.getMessage());
            return Optional.empty();
        }
    }

    static LockUnavailableException unavailable(String name, RuntimeException failure) {
        return new LockUnavailableException(
                name,
                "What is on record cannot be listed: " + Failure.of(failure).getMessage(),
                failure);
    }

    /** A name that was asked about. */
    private record Asked<T>(String name, CompletableFuture<Optional<T>> answer) {}
}
