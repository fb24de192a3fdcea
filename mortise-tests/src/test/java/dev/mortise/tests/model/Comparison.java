package dev.mortise.tests.model;

import dev.mortise.internal.store.AcquireReply.Busy;
import dev.mortise.internal.store.AcquireReply.Granted;
import dev.mortise.internal.store.AcquireReply.Queued;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.VoteReply.Held;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a plan on both sides and compares them after each step. */
final class Comparison {
    private static final long DEAF_POLL = 250;

    /** Work is left for the next call. */
    private static final long GO_ON = 1;

    /** So many tombstones that are over go with a call that writes. */
    private static final long STONES = 16;

    private static final Pattern GRANT =
            Pattern.compile("client \\d+ granted (.*) lease id (\\S+) token (\\d+) claim \\d+ waiting \\d+");

    private final World world;
    private final ModelSide model;
    private final LuaSide lua;
    private final Map<String, Issued> issued = new HashMap<>();
    private final Map<String, StoredLock> before = new HashMap<>();
    private final List<String> trace = new ArrayList<>();

    private Comparison(Sequence plan, LuaServer server) {
        this.world = new World(plan.setup());
        this.model = new ModelSide(plan.setup(), world.micros());
        this.lua = new LuaSide(server, plan.setup(), world.micros());
    }

    static Optional<Divergence> run(Sequence plan, LuaServer server) {
        Comparison comparison = new Comparison(plan, server);
        for (Step step : plan.steps()) {
            String difference = comparison.step(step);
            if (!difference.isEmpty()) {
                return Optional.of(new Divergence(plan, comparison.trace, difference));
            }
        }
        return Optional.empty();
    }

    private String step(Step whole) {
        Step step = whole instanceof Step.Many many ? many.last() : whole;
        if (step instanceof Step.WaitUntil || step instanceof Step.Wait) {
            step.run(world, model);
            step.run(world, lua);
            world.micros(model.micros());
            trace.add(step + " -> " + world.micros());
            return "";
        }
        world.micros(world.micros() + world.tickMicros());
        model.moveClock(world.micros());
        lua.moveClock(world.micros());
        if (step instanceof Step.AcquireAll && SequenceSetup.LOCKS.stream().anyMatch(this::isLeftOver)) {
            return "";
        }
        Object expected = attempt(whole, model);
        Object actual = attempt(whole, lua);
        List<String> expectedHeard = model.heard();
        List<String> actualHeard = lua.heard();
        trace.add(whole + "\n    -> " + actual + (actualHeard.isEmpty() ? "" : " and " + actualHeard));
        if (!matches(step, expected, actual)) {
            return differ("the reply", expected, actual);
        }
        if (!expectedHeard.equals(actualHeard)) {
            return differ("what clients hear", expectedHeard, actualHeard);
        }
        if (!model.describeQuiet().equals(lua.describeQuiet())) {
            return differ("the quiet marker", model.describeQuiet(), lua.describeQuiet());
        }
        boolean continuous = !(step instanceof Step.Restart);
        for (String lock : SequenceSetup.LOCKS) {
            String difference = lock(lock, step, actual, actualHeard, continuous);
            if (!difference.isEmpty()) {
                return difference;
            }
        }
        world.learn(step, actual, model);
        return "";
    }

    /** Nothing counts any more of what is stored; the key of it goes by itself, which takes longer here. */
    private boolean isLeftOver(String lock) {
        return model.describe(lock).isEmpty() && !lua.stored(lock).isEmpty();
    }

    private String lock(String lock, Step step, Object reply, List<String> heard, boolean continuous) {
        StoredLock after = lua.stored(lock);
        if (!after.faults().isEmpty()) {
            return "the hash of '" + lock + "' is damaged: " + after.faults() + "\n" + after.describe();
        }
        String expected = model.describe(lock);
        if (!expected.equals(after.describe())) {
            return differ("the state of '" + lock + "'", "\n" + expected, "\n" + after.describe());
        }
        String fault = tokens(lock, step, reply, heard, after);
        if (!fault.isEmpty()) {
            return fault;
        }
        StoredLock old = before.put(lock, after);
        return old != null && continuous ? changes(old, after, step) : "";
    }

    private String tokens(String lock, Step step, Object reply, List<String> heard, StoredLock after) {
        Issued all = issued.computeIfAbsent(lock, none -> new Issued());
        boolean here = lock.equals(lockOf(step));
        StoredLock old = before.get(lock);
        if (step instanceof Step.Restart restart && restart.data() != Step.Restart.Data.ALL) {
            all.forget(world.micros() - (world.shape(0).quorum() ? Fencing.LAG : 0));
        }
        if (here && step instanceof Step.Release release && old != null && reply.equals(true)) {
            String id = SequenceSetup.lease(release.client(), release.lease());
            if (old.isAlone(id) && !old.isVoted()) {
                all.giveBack(old.tokens().getOrDefault(id, 0L), release.used(), old.block());
            }
        }
        if (here && step instanceof Step.Reserve reserve && reply instanceof Optional<?> some) {
            if (some.isPresent() && some.get() instanceof Reserved reserved) {
                String id = "reserved by " + SequenceSetup.lease(reserve.client(), reserve.lease());
                String fault = all.add(reserved.token(), reserve.tokens(), id, after.lastToken());
                if (!fault.isEmpty()) {
                    return fault;
                }
            }
        }
        NavigableMap<Long, String> tokens = new TreeMap<>();
        after.tokens().forEach((id, token) -> tokens.put(token, id));
        for (String message : heard) {
            Matcher grant = GRANT.matcher(message);
            if (grant.matches() && lock.equals(grant.group(1))) {
                tokens.put(Long.valueOf(grant.group(3)), String.valueOf(grant.group(2)));
            }
        }
        if (here && reply instanceof Granted granted) {
            tokens.put(granted.token(), leaseOf(step));
        }
        boolean taken = step instanceof Step.Renew || step instanceof Step.Split || step instanceof Step.Restart;
        for (Map.Entry<Long, String> entry : tokens.entrySet()) {
            long token = entry.getKey();
            String fault = taken
                    ? all.know(token, entry.getValue())
                    : all.add(token, after.block(), entry.getValue(), after.lastToken());
            if (!fault.isEmpty()) {
                return fault;
            }
            world.issued(lock, entry.getValue(), token);
        }
        if (here && reply instanceof Queued queued) {
            all.passed(queued.mark());
        }
        return "";
    }

    private static String lockOf(Step step) {
        if (step instanceof Step.Acquire acquire) {
            return SequenceSetup.lock(acquire.lock());
        }
        if (step instanceof Step.Upgrade upgrade) {
            return SequenceSetup.lock(upgrade.lock());
        }
        if (step instanceof Step.Vote vote) {
            return SequenceSetup.lock(vote.lock());
        }
        if (step instanceof Step.Release release) {
            return SequenceSetup.lock(release.lock());
        }
        return step instanceof Step.Reserve reserve ? SequenceSetup.lock(reserve.lock()) : "";
    }

    private static String leaseOf(Step step) {
        if (step instanceof Step.Upgrade upgrade) {
            return SequenceSetup.lease(upgrade.client(), upgrade.lease());
        }
        return step instanceof Step.Acquire acquire ? SequenceSetup.lease(acquire.client(), acquire.lease()) : "";
    }

    /** While something of a lock stays, every change of holders and waiters is counted. */
    private String changes(StoredLock old, StoredLock after, Step step) {
        Set<String> members = after.members();
        if (Collections.disjoint(old.members(), members)) {
            return "";
        }
        if (after.excess() > old.excess() && !(step instanceof Step.Resize)) {
            return "more permits are in use than there are";
        }
        long overdue = Math.max(0, old.overdue(world.micros() / 1000) - STONES);
        if (after.differs(old) && !members.isEmpty() && after.overdue(world.micros() / 1000) != overdue) {
            return "not some of the tombstones that are over went, the oldest first, but all up to "
                    + after.overdue(world.micros() / 1000) + " of " + old.overdue(world.micros() / 1000);
        }
        boolean counted = after.changes() > old.changes();
        boolean changed = !members.equals(old.members());
        return changed && !counted ? "a change that g does not count: " + old.members() + " to " + members : "";
    }

    private Object attempt(Step step, Side side) {
        try {
            return step.run(world, side);
        } catch (RuntimeException e) {
            return "failed: " + (e.getCause() == null ? e : e.getCause());
        }
    }

    private boolean matches(Step step, Object expected, Object actual) {
        if (expected instanceof Queued exact && actual instanceof Queued advice) {
            boolean deaf = step instanceof Step.Acquire acquire && model.isDeaf(acquire.client());
            return adviceIsSound(exact, advice, deaf, lua.stored(lockOf(step)));
        }
        if (expected instanceof Busy && actual instanceof Busy advice) {
            StoredLock stored = lua.stored(lockOf(step));
            return advice.noExpiry() == (stored.isHeld() && stored.noneEndsBefore() == 0);
        }
        return expected.equals(actual) || expected instanceof Held && isAdvice(actual, lua.stored(lockOf(step)));
    }

    /**
     * The script counts holes of the queue as places, and knows only a moment before which no lease ends; who joins behind
     * others is told nothing of that.
     */
    private boolean adviceIsSound(Queued exact, Queued advice, boolean deaf, StoredLock stored) {
        long now = world.micros() / 1000;
        long ends = stored.noneEndsBefore();
        boolean quiet = model.quietUntilMillis() > now;
        long look = Math.max(1, ends - now + 1) + 25L * (advice.place() - 1);
        long poll = ends > 0 && (advice.place() == 1 || look <= 4000) ? look : 0;
        boolean unread = exact.pollAfterMillis() == 0 && advice.place() > 1;
        if (deaf) {
            poll = Math.min(poll > 0 ? poll : DEAF_POLL, DEAF_POLL);
        }
        return advice.ticket() == exact.ticket()
                && advice.mark() == exact.mark()
                && advice.place() >= exact.place()
                && advice.place() <= stored.waiting()
                && (exact.pollAfterMillis() == GO_ON
                        ? advice.pollAfterMillis() == GO_ON
                        : advice.pollAfterMillis() == (quiet ? exact.pollAfterMillis() : poll)
                                || unread && advice.pollAfterMillis() == 0)
                && advice.noExpiry() == (stored.isHeld() && ends == 0);
    }

    /** Of a lock that is held, as far as the hash tells. */
    private boolean isAdvice(Object actual, StoredLock stored) {
        long ends = stored.noneEndsBefore();
        long after = ends == 0 ? 0 : Math.max(1, ends - world.micros() / 1000 + 1);
        return stored.isHeld() && actual.equals(new Held(after, ends == 0));
    }

    private static String differ(String what, Object expected, Object actual) {
        return what + " differs\nmodel: " + expected + "\nLua:   " + actual;
    }

    /** The tokens of one lock. */
    private static final class Issued {
        private final Map<Long, String> holders = new HashMap<>();
        private long largest;

        /** Later grants have tokens above that. */
        void passed(long mark) {
            largest = Math.max(largest, mark);
        }

        /** Of the block of that token those above {@code used} were not used. */
        void giveBack(long token, long used, long block) {
            if (largest == token + block - 1) {
                largest = Math.min(largest, token + used);
            }
        }

        /** Data were lost: what is protected still is what the clock has passed. */
        void forget(long micros) {
            largest = Math.min(largest, micros);
            holders.keySet().removeIf(token -> token > micros);
        }

        String know(long token, String leaseId) {
            String known = holders.putIfAbsent(token, leaseId);
            largest = Math.max(largest, token);
            return known == null || known.equals(leaseId)
                    ? ""
                    : "token " + token + " of " + leaseId + " was that of " + known;
        }

        String add(long token, long count, String leaseId, long lastToken) {
            if (!holders.containsKey(token)) {
                if (token <= largest) {
                    return "token " + token + " of " + leaseId + " is not above " + largest;
                }
                if (lastToken > 0 && lastToken < token + count - 1) {
                    return "t is " + lastToken + ", below the end of the block of " + token;
                }
                largest = Math.max(largest, token + count - 1);
            }
            return know(token, leaseId);
        }
    }
}
