package dev.mortise.internal.lettuce;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One thing for each node of a cluster, by its address. Nodes come and go, often with an address that none had before: when one
 * is added, what belongs to addresses that the cluster does not have any more is forgotten. Thread-safe.
 */
final class PerNode<T> {
    private final ConcurrentMap<String, T> things = new ConcurrentHashMap<>();
    private final Predicate<String> isMember;
    private final Consumer<T> forgotten;

    /**
     * @param isMember whether the cluster has a node at that address, as far as is known; must not block
     * @param forgotten told what is forgotten; must not block
     */
    PerNode(Predicate<String> isMember, Consumer<T> forgotten) {
        this.isMember = isMember;
        this.forgotten = forgotten;
    }

    /** That of the node there; made when it is the first time. */
    T of(String address, Function<String, T> maker) {
        T known = things.get(address);
        if (known != null) {
            return known;
        }
        forget(address);
        return things.computeIfAbsent(address, maker);
    }

    /** Those there are. */
    Collection<T> all() {
        return List.copyOf(things.values());
    }

    private void forget(String except) {
        things.forEach((address, thing) -> {
            if (!address.equals(except) && !isMember.test(address) && things.remove(address, thing)) {
                forgotten.accept(thing);
            }
        });
    }
}
