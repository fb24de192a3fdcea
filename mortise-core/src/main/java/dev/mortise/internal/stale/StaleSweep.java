package dev.mortise.internal.stale;

import dev.mortise.ClientInfo;
import dev.mortise.admin.StaleKind;
import dev.mortise.admin.StalePolicy;
import dev.mortise.admin.StaleReport;
import dev.mortise.admin.StaleReport.Item;
import dev.mortise.admin.StaleReport.Outcome;
import dev.mortise.internal.insight.RecentNames;
import dev.mortise.internal.runtime.Await;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.Dropping;
import dev.mortise.internal.store.Failure;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One search for what is stale, and its end. To be run once, by one thread. */
public final class StaleSweep {
    /*
     * Overview. Locks come in pages, some of which are looked at at once. What looks stale is named to the server, which looks
     * again and drops it in one step. So nothing is decided by what was read here. What is not stale any more by then is not
     * reported.
     *
     * A waiter that was never seen to ask may live or not. It is named too, so that the server begins to count, and is not
     * reported until then.
     *
     * A lock that cannot be read is a problem of that lock. Where there is no answer, the server is the problem: after a few
     * of those the search ends, and tells what it has done.
     */
    private static final Logger log = LoggerFactory.getLogger(StaleSweep.class);

    /** How many locks are looked at at once. */
    private static final int AT_ONCE = 32;

    /** How many items a report has, and how many removals the log. */
    private static final int MOST_ITEMS = 10_000;

    private static final int MOST_LOGGED = 100;

    /** How many problems a report has. */
    private static final int MOST_PROBLEMS = 10;

    /** With so many questions without an answer the search ends. */
    private static final int MOST_UNANSWERED = 3;

    /** How many names are remembered, as a page may bring one again. */
    private static final int REMEMBERED = 10_000;

    /** The longest time between two signs of a client that lives, ms. With it, the grace time counts from when it was cut off. */
    private static final long SIGNS_MILLIS = TimeUnit.SECONDS.toMillis(10);

    /** The kinds that belong to a lock. */
    private static final Set<StaleKind> OF_LOCKS =
            EnumSet.complementOf(EnumSet.of(StaleKind.WAIT_RECORD, StaleKind.HEARTBEAT));

    private final Catalogue catalogue;
    private final Remains remains;
    private final StalePolicy policy;
    private final long graceMillis;
    private final boolean dryRun;
    private final BooleanSupplier isStopped;
    private final RecentNames met = new RecentNames(REMEMBERED);
    private final List<Item> items = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** Locks that were looked at. */
    private long locks;

    /** Stale things, and how many of them were removed. */
    private long found;

    private long removed;

    /** Questions without an answer. */
    private int unanswered;

    /**
     * @param dryRun whether nothing is removed
     * @param isStopped whether the search is to end early
     */
    public StaleSweep(LockStore store, StalePolicy policy, boolean dryRun, BooleanSupplier isStopped) {
        this.catalogue = store.catalogue();
        this.remains = store.remains();
        this.policy = policy;
        this.graceMillis = policy.grace().toMillis() + SIGNS_MILLIS;
        this.dryRun = dryRun;
        this.isStopped = isStopped;
    }

    /**
     * Blocks until all is looked at.
     *
     * @throws StoreException when the first question got no answer
     */
    public StaleReport run() {
        if (policy.kinds().stream().anyMatch(OF_LOCKS::contains)) {
            Catalogue.Page page = Await.result(Failure.or(() -> catalogue.locks(policy.pattern(), "")));
            while (lookAt(page.names()) && !page.next().isEmpty()) {
                String next = page.next();
                Optional<Catalogue.Page> following =
                        answer("more locks", Failure.or(() -> catalogue.locks(policy.pattern(), next)));
                if (following.isEmpty()) {
                    return report();
                }
                page = following.get();
            }
        }
        if (policy.pattern().equals("*")) {
            lookAtWaits();
            lookAtHeartbeats();
        }
        return report();
    }

    private StaleReport report() {
        return new StaleReport(dryRun, locks, found, removed, items, problems);
    }

    private boolean goesOn() {
        return unanswered < MOST_UNANSWERED && !isStopped.getAsBoolean();
    }

    /** Answers whether to go on. */
    private boolean lookAt(List<String> names) {
        List<String> fresh = names.stream().filter(met::add).toList();
        for (int first = 0; first < fresh.size() && goesOn(); first += AT_ONCE) {
            Map<String, CompletableFuture<FoundLeftovers>> some = new LinkedHashMap<>();
            fresh.subList(first, Math.min(first + AT_ONCE, fresh.size()))
                    .forEach(name -> some.put(name, Failure.or(() -> remains.of(name, graceMillis))));
            some.forEach(this::lookAt);
        }
        return goesOn();
    }

    /** What was asked before is not waited for when the search has ended. */
    private void lookAt(String name, CompletableFuture<FoundLeftovers> asked) {
        if (goesOn()) {
            answer(lock(name), asked).ifPresent(left -> drop(name, left.stale()));
        }
    }

    private void drop(String name, List<Leftover> all) {
        locks++;
        List<Leftover> stale = all.stream()
                .filter(each -> policy.kinds().contains(each.kind()))
                .toList();
        if (dryRun) {
            stale.stream().filter(StaleSweep::isKnown).forEach(each -> add(name, each, Outcome.WOULD_BE_REMOVED));
        } else if (!stale.isEmpty() && goesOn()) {
            answer(lock(name), Failure.or(() -> remains.drop(name, stale, graceMillis)))
                    .ifPresent(done -> {
                        for (int i = 0; i < stale.size(); i++) {
                            dropped(name, stale.get(i), done.get(i));
                        }
                    });
        }
    }

    private void dropped(String name, Leftover what, Dropping done) {
        if (done == Dropping.DROPPED) {
            add(name, what, Outcome.REMOVED);
        } else if (done == Dropping.LATER && isKnown(what)) {
            add(name, what, Outcome.LATER);
        }
    }

    /** Whether it is known to be stale: the server cannot tell of a waiter that it has not seen to ask. */
    private static boolean isKnown(Leftover what) {
        return what.kind() != StaleKind.WAITER || what.sinceMillis() > 0;
    }

    private void lookAtWaits() {
        if (policy.kinds().contains(StaleKind.WAIT_RECORD) && goesOn()) {
            answer("the register of waits", Failure.or(() -> remains.waits(graceMillis, !dryRun)))
                    .ifPresent(waits ->
                            waits.forEach(each -> add("", each, dryRun ? Outcome.WOULD_BE_REMOVED : Outcome.REMOVED)));
        }
    }

    /** Whether one has an end shows only when it is given one, so a dry run does not look. */
    private void lookAtHeartbeats() {
        if (dryRun || !policy.kinds().contains(StaleKind.HEARTBEAT)) {
            return;
        }
        String cursor = "";
        do {
            String from = cursor;
            Catalogue.Page page = goesOn()
                    ? answer("the heartbeats", Failure.or(() -> catalogue.clients(from)))
                            .orElse(null)
                    : null;
            if (page == null) {
                return;
            }
            page.names().forEach(this::lookAtHeartbeat);
            cursor = page.next();
        } while (!cursor.isEmpty());
    }

    private void lookAtHeartbeat(String clientId) {
        if (goesOn() && met.add("heartbeat\t" + clientId)) {
            answer("a heartbeat", Failure.or(() -> remains.endHeartbeat(clientId, graceMillis)))
                    .filter(hadNone -> hadNone)
                    .ifPresent(hadNone -> add(
                            "",
                            new Leftover(StaleKind.HEARTBEAT, clientId, clientId, Leftover.NOBODY, 0),
                            Outcome.REMOVED));
        }
    }

    private void add(String lock, Leftover what, Outcome outcome) {
        Item item = new Item(
                what.kind(),
                lock,
                client(what.clientId()),
                what.tag().owner(),
                what.tag().label(),
                what.sinceMillis() > 0 ? Optional.of(Instant.ofEpochMilli(what.sinceMillis())) : Optional.empty(),
                outcome);
        found++;
        if (items.size() < MOST_ITEMS) {
            items.add(item);
        }
        if (outcome == Outcome.REMOVED) {
            removed++;
            if (removed <= MOST_LOGGED) {
                log.info("Stale: {}", item);
            }
        }
    }

    private static Optional<ClientInfo> client(String id) {
        return id.isEmpty() ? Optional.empty() : Optional.of(ClientRecord.shown(id, Optional.empty()));
    }

    private <T> Optional<T> answer(String what, CompletableFuture<T> asked) {
        try {
            return Optional.of(Await.result(asked));
        } catch (RuntimeException e) {
            StoreException failure = Failure.of(e);
            if (failure.effect() != Effect.REFUSED) {
                unanswered++;
            }
            if (problems.size() < MOST_PROBLEMS) {
                problems.add(what + ": " + failure.getMessage());
            }
            return Optional.empty();
        }
    }

    private static String lock(String name) {
        return "lock '" + name + "'";
    }
}
