package dev.mortise.admin;

import dev.mortise.ClientInfo;
import dev.mortise.LockKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who waits for whom: owners, and the locks that they hold and wait for. Only locks that are waited for are in it, and other
 * locks that owners of these hold or wait with. Immutable. No method asks a server.
 *
 * <p><b>Whom an owner waits for.</b> If there are fewer free permits than it wants, it waits for all other holders of the lock.
 * Otherwise it stands in the queue behind a waiter for whom there are too few, and it waits for the nearest of these.
 *
 * <p>It is no snapshot: locks are read one after the other, while others acquire and release. So a single edge may be over, and what
 * lasts is what counts. Times are by the server's clock, those of waits inside other clients by the clocks of these.
 *
 * @param at when it was read
 * @param owners each at the index that its id says
 * @param locks those that are held or waited for in it
 * @param holds who holds what
 * @param waits who waits for what; those of one lock in the order in which they are served
 * @param isComplete false when there was more than can be in one graph: 10,000 owners, 50,000 holds and waits, or 10,000 locks
 *     that are not waited for
 */
public record WaitGraph(
        Instant at, List<Node> owners, List<Lock> locks, List<Hold> holds, List<Wait> waits, boolean isComplete) {
    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException when an owner is not at its index, a lock is there twice, or a hold or wait is of an owner or a
     *     lock that is not there
     */
    public WaitGraph {
        Objects.requireNonNull(at, "at");
        owners = List.copyOf(owners);
        locks = List.copyOf(locks);
        holds = List.copyOf(holds);
        waits = List.copyOf(waits);
        for (int i = 0; i < owners.size(); i++) {
            if (owners.get(i).id() != i) {
                throw new IllegalArgumentException(
                        "the owner at index " + i + " has id " + owners.get(i).id());
            }
        }
        Map<String, Lock> byName = new HashMap<>();
        for (Lock lock : locks) {
            if (byName.put(lock.name(), lock) != null) {
                throw new IllegalArgumentException("lock '" + lock.name() + "' is there twice");
            }
        }
        int count = owners.size();
        Stream.concat(
                        holds.stream().map(hold -> Map.entry(hold.owner(), hold.lock())),
                        waits.stream().map(wait -> Map.entry(wait.owner(), wait.lock())))
                .forEach(edge -> {
                    if (edge.getKey() < 0 || edge.getKey() >= count) {
                        throw new IllegalArgumentException("there is no owner " + edge.getKey());
                    }
                    if (!byName.containsKey(edge.getValue())) {
                        throw new IllegalArgumentException("there is no lock '" + edge.getValue() + "'");
                    }
                });
    }

    /**
     * One owner. The same thread or name in another client is another owner. Holds and waits without an owner's name have one
     * each, as they cannot be told apart.
     *
     * @param id its index; the same within this graph only
     * @param owner thread or owner id; empty when it gave none
     * @param client where it runs
     */
    public record Node(int id, String owner, ClientInfo client) {
        /** The owner and where it runs, for people. */
        public String describe() {
            return (owner.isEmpty() ? "an owner without a name" : owner) + " on " + client.describe();
        }
    }

    /**
     * One lock.
     *
     * @param name the lock
     * @param kind what it is used as
     * @param permits how many there are; of a read-write lock a reader holds one, and a writer all
     */
    public record Lock(String name, LockKind kind, long permits) {}

    /**
     * An owner holds a lock.
     *
     * @param owner id of the owner
     * @param lock name of the lock
     * @param since when it was granted
     * @param permits how many it holds
     * @param fencingToken of the grant; what a client hands on among its threads has the token of the first one for others
     * @param label free text; empty when it gave none, or its client has handed the lock on
     * @param expiresIn what was left of the lease unless it is renewed; empty for one without expiry
     */
    public record Hold(
            int owner,
            String lock,
            Instant since,
            long permits,
            long fencingToken,
            String label,
            Optional<Duration> expiresIn) {}

    /**
     * An owner waits for a lock.
     *
     * @param owner id of the owner
     * @param lock name of the lock
     * @param since when the wait began, or joined the queue
     * @param permits how many it wants; of a reader that waits to be the writer, those that it lacks
     * @param place in the server's queue, from 1. Of a wait inside its client, that of the wait which stands there for it; 0 when
     *     none does, as the client holds the lock itself
     * @param isLocal whether it waits inside its client, which hands the lock on among its threads. Of other clients only long
     *     waits of owners that hold something are known
     * @param label free text; empty when it gave none
     */
    public record Wait(int owner, String lock, Instant since, long permits, int place, boolean isLocal, String label) {}

    /**
     * An owner that waits for no other.
     *
     * @param owner the owner
     * @param blocks how many others wait for it, directly or not
     */
    public record Root(Node owner, int blocks) {}

    /** Nobody waits. */
    public static WaitGraph empty(Instant at) {
        return new WaitGraph(at, List.of(), List.of(), List.of(), List.of(), true);
    }

    /** Whether nobody waits. */
    public boolean isEmpty() {
        return waits.isEmpty();
    }

    /**
     * The owners that wait for no other: what to look at first. Those come first that most others wait for, directly or not. One
     * that waits only for itself is among them. Computed with each call.
     */
    public List<Root> roots() {
        WaitLinks links = WaitLinks.of(this);
        return IntStream.range(0, owners.size())
                .filter(owner -> !links.waits(owner))
                .mapToObj(owner -> new Root(owners.get(owner), links.blocks(owner)))
                .sorted(Comparator.comparingInt(Root::blocks)
                        .reversed()
                        .thenComparingInt(root -> root.owner().id()))
                .toList();
    }

    /** How many others wait for that owner, directly or not. Computed with each call. */
    public int blocks(Node owner) {
        return WaitLinks.of(this).blocks(owner.id());
    }

    /** The owners that this one waits for directly, by id; see the class for the rule. Computed with each call. */
    public List<Node> blockersOf(Node owner) {
        return WaitLinks.of(this).blockersOf(owner.id()).mapToObj(owners::get).toList();
    }

    /**
     * The deadlocks: sets of owners that wait for each other, and would even if all others let go of everything. That is one rule
     * for mutexes, readers and writers, semaphores and upgrades. An owner that only waits behind a deadlock is in none. Each list
     * begins with a shortest ring, in which each waits for the next and the last for the first; what else belongs to the deadlock
     * follows. Computed with each call.
     *
     * <p>Detection ends a deadlock within seconds, so what is seen here is very young, was left by {@code NONE_JUST_REPORT}, or is one
     * that is not looked for. An asynchronous acquire without an owner of its own stands here under the thread that called it, and
     * detection takes it for no deadlock: that thread does not wait.
     */
    public List<List<Node>> cycles() {
        return new WaitDeadlocks(this)
                .all().stream()
                        .map(cycle -> cycle.stream().map(owners::get).toList())
                        .toList();
    }

    /**
     * For people: the deadlocks first, then each root with those that wait for it below, indented. Not for programs: the words may
     * change. At most some 200 lines and 16 levels; what is left out is counted.
     */
    public String toText() {
        return new WaitGraphText(this).toString();
    }

    /**
     * For Graphviz: boxes are owners, ellipses locks. An arrow leads from an owner to the lock that it waits for, and from a lock to its
     * holders, so a path tells who waits for whom. What belongs to a deadlock is red and bold; a dotted arrow leads to the waiter
     * that an owner stands behind.
     */
    public String toDot() {
        return new WaitGraphDot(this).toString();
    }

    /** {@link #toText()}. */
    @Override
    public String toString() {
        return toText();
    }
}
