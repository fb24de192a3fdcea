package dev.mortise.testkit.memory;

import dev.mortise.DeadlockVictim;
import dev.mortise.Durability;
import dev.mortise.LockListener;
import dev.mortise.Mortise;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.Listeners;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.deadlock.DeadlockSettings;
import dev.mortise.internal.insight.InsightSettings;
import dev.mortise.internal.runtime.SystemTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Locks without a server, for fast tests of code that uses them: the real engine, real time and real threads over a
 * server in memory. Clients of one instance meet, as those of one server do. Thread-safe.
 *
 * <pre>{@code
 * InMemoryMortise server = InMemoryMortise.start();
 * try (Mortise mortise = server.connect()) {
 *     …
 * }
 * }</pre>
 */
public final class InMemoryMortise {
    private final InMemoryServer server =
            new InMemoryServer(() -> ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));

    private InMemoryMortise() {}

    /** A new, empty server. It needs no end. */
    public static InMemoryMortise start() {
        return new InMemoryMortise();
    }

    /** A client with default settings. */
    public Mortise connect() {
        return builder().build();
    }

    /** A client with other settings; they mean what they mean for Redis. */
    public Builder builder() {
        return new Builder(server);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final InMemoryServer server;
        private String clientName = "";
        private Duration lease = Duration.ofSeconds(30);
        private Duration commandTimeout = Duration.ofSeconds(2);
        private int maxWaiters = 10_000;
        private int mostHandOffs = ClientConfig.MOST_HAND_OFFS;
        private Duration longestHandOffs = ClientConfig.LONGEST_HAND_OFFS;
        private Durability durability = Durability.none();
        private DeadlockSettings deadlocks = DeadlockSettings.USUAL;
        private Duration janitor = Duration.ZERO;
        private InsightSettings insight = InsightSettings.USUAL;
        private @Nullable Listeners listeners;

        private Builder(InMemoryServer server) {
            this.server = server;
        }

        /** Shown to whoever asks who holds a lock. */
        public Builder clientName(String clientName) {
            this.clientName = Objects.requireNonNull(clientName, "clientName");
            return this;
        }

        /** The lease of whoever names none; 30 s by default. */
        public Builder lease(Duration lease) {
            this.lease = Objects.requireNonNull(lease, "lease");
            return this;
        }

        /** How long one answer may take; 2 s by default. */
        public Builder commandTimeout(Duration commandTimeout) {
            this.commandTimeout = Objects.requireNonNull(commandTimeout, "commandTimeout");
            return this;
        }

        /** How many may wait for one lock; 10,000 by default. */
        public Builder maxWaiters(int maxWaiters) {
            this.maxWaiters = maxWaiters;
            return this;
        }

        /** How long a lock may stay in this client while others wait for it. */
        public Builder localHandOff(int mostHandOffs, Duration longest) {
            this.mostHandOffs = mostHandOffs;
            this.longestHandOffs = Objects.requireNonNull(longest, "longest");
            return this;
        }

        /** How far a grant must have been copied; this server has no copies, so anything but none is never reached. */
        public Builder durability(Durability durability) {
            this.durability = Objects.requireNonNull(durability, "durability");
            return this;
        }

        /** Hears what happens to locks of this client. Each listener hears every event; one that throws keeps no other from it. */
        public Builder listener(LockListener listener) {
            listeners = Listeners.add(listeners, Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** How long a wait has lasted before it is looked at for a deadlock; 1 s by default. */
        public Builder deadlockCheckAfter(Duration deadlockCheckAfter) {
            deadlocks = deadlocks.after(deadlockCheckAfter);
            return this;
        }

        /** Whose wait ends in a deadlock. */
        public Builder deadlockVictim(DeadlockVictim victim) {
            deadlocks = deadlocks.ending(Objects.requireNonNull(victim, "victim"));
            return this;
        }

        /** Deadlocks are not looked for. */
        public Builder noDeadlockDetection() {
            deadlocks = deadlocks.off();
            return this;
        }

        /** How long a wait has lasted before it is told as slow; 30 s by default. */
        public Builder slowWaitAfter(Duration slowWaitAfter) {
            insight = insight.slowWaitsAfter(slowWaitAfter);
            return this;
        }

        /** No wait is told as slow. */
        public Builder noSlowWaitReports() {
            insight = insight.withoutSlowWaits();
            return this;
        }

        /** How long a lease has been held before that is told; never by default. */
        public Builder longHoldAfter(Duration longHoldAfter) {
            insight = insight.longHoldsAfter(longHoldAfter);
            return this;
        }

        /** Each lease remembers where it was acquired. */
        public Builder captureStacks() {
            insight = insight.capturingStacks();
            return this;
        }

        /** Collects what is stale, about so often. */
        public Builder janitor(Duration period) {
            this.janitor = Objects.requireNonNull(period, "period");
            return this;
        }

        /** The client. */
        public Mortise build() {
            return LockClient.open(
                    new InMemoryLockStore(server),
                    new SystemTime(clientName.isEmpty() ? "memory" : clientName),
                    new ClientConfig(
                            clientName,
                            lease,
                            commandTimeout,
                            maxWaiters,
                            Duration.ZERO,
                            mostHandOffs,
                            longestHandOffs,
                            durability,
                            deadlocks,
                            insight,
                            janitor),
                    listeners);
        }
    }
}
