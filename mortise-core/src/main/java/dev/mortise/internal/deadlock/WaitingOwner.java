package dev.mortise.internal.deadlock;

import dev.mortise.internal.acquire.Acquire;
import dev.mortise.internal.lease.OwnerClaims;
import dev.mortise.internal.runtime.Guarded;
import dev.mortise.internal.runtime.Steps;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.WaitRecord;
import dev.mortise.internal.store.WaitRecord.Wanted;
import dev.mortise.internal.store.Waits;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One owner of this client that has waited for long: its waits, and what the register of waits was told of it. Thread-safe,
 * never blocks.
 */
final class WaitingOwner {
    /*
     * Overview. A record is made in three steps: the mark is read, then what the owner holds, then the register is told, if the
     * mark is still the same. Who gives up a lease first ends it, and then takes back, which changes the mark. So a record
     * that counts on that lease is not told any more, or what was told is taken back; whichever of the two comes first.
     *
     * What was taken back is refused by the register also if it comes later. While that is not acknowledged, whoever takes back
     * once more waits for the same acknowledgement.
     */
    private final String party;
    private final WaitBook book;
    private final Guarded guard = new Guarded();

    /** The waits that are under way. Guarded by guard. */
    private final Set<Acquire> waits = new LinkedHashSet<>();

    /** When it began to wait, by the wall clock, ms. Guarded by guard. */
    private long firstMillis;

    /** How often something was taken back. Guarded by guard. */
    private long mark;

    /** What the register was told last; null = nothing that still counts. Guarded by guard. */
    private @Nullable WaitRecord told;

    /** When that was, ns. Guarded by guard. */
    private long toldAt;

    /** The version that the register has acknowledged last; 0 = none. Guarded by guard. */
    private long acknowledged;

    /** How many answers of the register are awaited. Guarded by guard. */
    private int asked;

    /** Whether it is to be told again with the next pass, although the register knows it. Guarded by guard. */
    private boolean again;

    /** Whether it is to be told again at once. Guarded by guard. */
    private boolean nudged;

    /** What is being taken back; null = nothing. Guarded by guard. */
    private @Nullable CompletableFuture<Boolean> forgetting;

    /** The deadlock that was made known last, as the versions of its records. Guarded by guard. */
    private Set<String> known = Set.of();

    /** The deadlock that it has survived last, as the wait and the victim. Guarded by guard. */
    private String survival = "";

    /** The same of what looked like a deadlock, and was left to another client. Guarded by guard. */
    private Set<String> left = Set.of();

    /** When another client was told of such a one last, ns; null = never. Guarded by guard. */
    private @Nullable Long leftAt;

    /** The same of what looked like a deadlock, and whose clients were asked to refresh their records. Guarded by guard. */
    private Set<String> refreshed = Set.of();

    /** When that was, ns. Guarded by guard. */
    private long refreshedAt;

    /** The same of what looked like a deadlock, and was none. Guarded by guard. */
    private Set<String> cleared = Set.of();

    /** When that was, ns. Guarded by guard. */
    private long clearedAt;

    WaitingOwner(String party, WaitBook book) {
        this.party = party;
        this.book = book;
    }

    String party() {
        return party;
    }

    /** When it began to wait, by the wall clock, ms. */
    long firstMillis() {
        return guard.read(() -> firstMillis);
    }

    /**
     * These wait now.
     *
     * @param since when it began to wait, if it did not before, by the wall clock, ms
     * @return those that are new
     */
    List<Acquire> add(List<Acquire> waiting, long since) {
        return guard.read(() -> {
            if (waits.isEmpty()) {
                firstMillis = since;
            }
            List<Acquire> added = new ArrayList<>(waiting);
            added.removeIf(wait -> !waits.add(wait));
            return added;
        });
    }

    /** The wait is over. */
    void remove(Acquire wait) {
        guard.change(() -> waits.remove(wait));
    }

    /** Whether it neither waits nor is anything believed of it. */
    boolean isIdle() {
        return guard.read(() -> waits.isEmpty() && told == null && asked == 0 && forgetting == null);
    }

    /** To be read before what it holds is looked up; see {@link #tell}. */
    long mark() {
        return guard.read(() -> mark);
    }

    /** It is worth looking again with the next pass. */
    void lookAgain() {
        guard.change(() -> again = true);
    }

    /**
     * It is worth looking again at once.
     *
     * @return false when it was told just now: then the next pass is soon enough
     */
    boolean nudge(long nowNanos) {
        return guard.read(() -> {
            again = true;
            nudged |= nowNanos - toldAt >= WaitBook.NUDGED;
            return nudged;
        });
    }

    /**
     * Whether a deadlock is not the one that was made known last.
     *
     * @param identity says which waits and holds it is made of
     */
    boolean isNew(Set<String> identity) {
        return guard.read(() -> {
            boolean isNew = !identity.equals(known);
            known = identity;
            return isNew;
        });
    }

    /** Whether that was not told before; several nodes of a quorum tell it. */
    boolean isNewSurvival(String waitAndVictim) {
        return guard.read(() -> {
            boolean isNew = !waitAndVictim.equals(survival);
            survival = waitAndVictim;
            return isNew;
        });
    }

    /** Whose turn it is to make certain of what looks like a deadlock that another client is to end. */
    enum Turn {
        /** The other client's, which is to be told; this one looks again soon. */
        TELL,
        /** This one's: the other client was told, and has not done so. */
        CHECK,
        /** The other client's, which finds out by itself: it was none before, or others were told of just now. */
        LEAVE
    }

    /**
     * Whose turn it is. However often it looks like another deadlock, this makes one more request in a refresh period.
     *
     * @param identity as for {@link #isNew}
     */
    Turn turn(Set<String> identity, long nowNanos) {
        return guard.read(() -> {
            if (identity.equals(cleared) && nowNanos - clearedAt < WaitBook.CLEARED) {
                return Turn.LEAVE;
            }
            if (identity.equals(left)) {
                return Turn.CHECK;
            }
            left = identity;
            Long before = leftAt;
            if (before != null && nowNanos - before < WaitBook.REFRESH) {
                return Turn.LEAVE;
            }
            leftAt = nowNanos;
            again = true;
            return Turn.TELL;
        });
    }

    /**
     * Whether the clients of what looks like a deadlock are to be asked to refresh their records: once in a refresh period.
     *
     * @param identity as for {@link #isNew}
     */
    boolean mayAsk(Set<String> identity, long nowNanos) {
        return guard.read(() -> {
            boolean isAsked = identity.equals(refreshed) && nowNanos - refreshedAt < WaitBook.REFRESH;
            if (!isAsked) {
                refreshed = identity;
                refreshedAt = nowNanos;
            }
            return !isAsked;
        });
    }

    /** What looked like a deadlock is none. That is believed for a while: a hold that was renewed late makes it one. */
    void clear(Set<String> identity, long nowNanos) {
        guard.change(() -> {
            cleared = identity;
            clearedAt = nowNanos;
        });
    }

    /**
     * Tells the register, unless it knows that, or something was taken back since.
     *
     * @param draft without a version
     * @param seen the mark that was read before what it holds
     * @param onAnswer gets what was told, and the answer; called with no guard held
     */
    void tell(WaitRecord draft, long seen, long nowNanos, BiConsumer<WaitRecord, Waits> onAnswer) {
        try (Steps then = guard.decide()) {
            WaitRecord before = told;
            boolean isKnown = before != null && before.saysSameAs(draft);
            long age = nowNanos - toldAt;
            boolean isFresh = isKnown && !nudged && age < (again ? WaitBook.AGAIN : WaitBook.REFRESH);
            if (asked > 0 || isFresh || seen != mark || waits.isEmpty()) {
                return;
            }
            WaitRecord record = draft.withVersion(isKnown && before != null ? before.version() : book.nextVersion());
            told = record;
            toldAt = nowNanos;
            asked++;
            again = false;
            nudged = false;
            boolean isThere = acknowledged == record.version();
            then.add(() -> book.register(record, isThere).whenComplete((answer, failure) -> {
                if (answered(record, failure)) {
                    onAnswer.accept(record, answer);
                }
            }));
        }
    }

    /** Whether the answer still counts: nothing was taken back meanwhile. */
    private boolean answered(WaitRecord record, @Nullable Throwable failure) {
        return guard.read(() -> {
            asked--;
            acknowledged = failure == null ? record.version() : acknowledged;
            // Without an answer it may be there or not, so it is told again soon. A refusal does not end soon.
            again |= failure != null && Failure.of(failure).effect() != Effect.REFUSED;
            return failure == null && stands(record);
        });
    }

    /** Whether that is what the register was told last, and nothing was taken back since. */
    private boolean stands(WaitRecord record) {
        assert guard.isHeld();
        WaitRecord last = told;
        return last != null && last.version() == record.version();
    }

    /** Tells the register the same once more. Answers nothing at all if what it was told counts no more by then. */
    CompletableFuture<Waits> tellAgain(WaitRecord record) {
        CompletableFuture<Waits> seen = new CompletableFuture<>();
        try (Steps then = guard.decide()) {
            if (!stands(record)) {
                return CompletableFuture.completedFuture(Waits.NONE);
            }
            asked++;
            boolean isThere = acknowledged == record.version();
            then.add(() -> book.register(record, isThere).whenComplete((answer, failure) -> {
                boolean counts = answered(record, failure);
                if (failure != null) {
                    seen.completeExceptionally(failure);
                } else {
                    seen.complete(counts ? answer : Waits.NONE);
                }
            }));
        }
        return seen;
    }

    /** The waits of that record that are under way; none if it counts no more. */
    List<Acquire> waitsOf(WaitRecord record) {
        Set<String> ids = record.wanted().stream().map(Wanted::waitId).collect(Collectors.toSet());
        return guard.read(() -> stands(record)
                ? waits.stream().filter(wait -> ids.contains(wait.id())).toList()
                : List.of());
    }

    /** What the register was told counts no more. Completes when it knows, as {@link OwnerClaims#takeBack}. */
    CompletableFuture<Boolean> takeBack() {
        try (Steps then = guard.decide()) {
            mark++;
            if (told == null) {
                CompletableFuture<Boolean> before = forgetting;
                return before == null ? OwnerClaims.NOTHING : before;
            }
            told = null;
            long version = book.nextVersion();
            boolean isUnderWay = asked > 0;
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            forgetting = done;
            then.add(() -> book.forget(party, version, isUnderWay).whenComplete((known, failure) -> {
                guard.change(() -> forgetting = forgetting == done ? null : forgetting);
                done.complete(failure == null && known);
            }));
            return done;
        }
    }
}
