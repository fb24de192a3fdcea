package dev.mortise.internal.client;

import dev.mortise.LockListener;
import dev.mortise.internal.interop.InteropStore;
import dev.mortise.internal.queue.LocalQueues;
import dev.mortise.internal.runtime.Time;
import dev.mortise.interop.InteropLease;
import dev.mortise.interop.InteropLock;
import dev.mortise.interop.InteropLocks;
import dev.mortise.interop.LockLayout;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One client of locks as another library keeps them. Thread-safe. */
public final class InteropClient implements InteropLocks {
    /** As a Cluster finds it: from the first brace to the next that closes, if there is anything between. */
    private static final Pattern HASH_TAG = Pattern.compile("[^{]*\\{[^}]+}.*", Pattern.DOTALL);

    private final ClientParts parts;
    private final InteropStore store;
    private final LockLayout layout;

    private InteropClient(ClientParts parts, InteropStore store, LockLayout layout) {
        this.parts = parts;
        this.store = store;
        this.layout = layout;
    }

    /** As {@link LockClient#open}. */
    public static InteropClient open(
            InteropStore store, LockLayout layout, Time time, ClientConfig config, @Nullable LockListener listener) {
        ClientParts parts = ClientParts.open(store, time, config, listener, (sole, leaseIds) -> LocalQueues.none());
        return new InteropClient(parts, store, layout);
    }

    /** The name of this machine, for libraries that write it down. */
    public static String host() {
        return Host.name();
    }

    @Override
    public InteropLock lock(String name) {
        String checked = LockNames.check(name);
        if (layout.hasSignals()
                && store.isBySlot()
                && !HASH_TAG.matcher(checked).matches()) {
            throw new IllegalArgumentException("name must have a hash tag in a Cluster, as '{" + name
                    + "}', because this lock has two keys, and both must be in one slot; was '" + name + "'");
        }
        String key = layout.key(checked);
        parts.requireOpen();
        return new InteropClientLock(parts, store, layout, checked, key);
    }

    @Override
    public LockLayout layout() {
        return layout;
    }

    @Override
    public List<InteropLease> leases() {
        return parts.leases().stream().map(this::shown).toList();
    }

    private InteropLease shown(dev.mortise.Lease lease) {
        return new InteropClientLease(lease, layout.key(lease.lockName()), store.id(lease.id()));
    }

    @Override
    public void close() {
        parts.close();
    }

    @Override
    public void close(Duration patience) {
        parts.close(patience);
    }

    @Override
    public String toString() {
        return "InteropLocks" + parts;
    }
}
