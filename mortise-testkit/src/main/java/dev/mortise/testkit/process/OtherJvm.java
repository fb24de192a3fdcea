package dev.mortise.testkit.process;

import dev.mortise.ReleaseOutcome;
import dev.mortise.Renewal;
import java.time.Duration;

/**
 * A second JVM with one Mortise client, which holds and waits for locks on command and can be killed or paused. Its
 * heap is 128 MB; it starts in about a second, with this JVM's class path. Thread-safe.
 *
 * <p>Every command blocks until the other JVM has answered, for 30 seconds at most, and is not interruptible; while it
 * is paused, that is too. A command throws {@link OtherJvmException} when it ended with an exception there, and {@link
 * IllegalStateException} when there is no answer, or the JVM has ended.
 */
public final class OtherJvm implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration ORDERLY = Duration.ofSeconds(10);

    private final AgentProcess agent;

    private OtherJvm(AgentProcess agent) {
        this.agent = agent;
    }

    /**
     * Starts a JVM and connects it, with the settings of {@code RedisMortise.connect(uri)}. Blocks until it is
     * connected.
     *
     * @param uri not visible in the list of processes
     */
    public static OtherJvm start(String uri) {
        return start(uri, Duration.ZERO);
    }

    /**
     * As {@link #start(String)}, with another command time-out; a shorter one allows shorter renewed leases.
     *
     * @param commandTimeout zero for the client's default
     */
    public static OtherJvm start(String uri, Duration commandTimeout) {
        OtherJvm jvm = new OtherJvm(AgentProcess.start());
        try {
            jvm.call("connect", uri, commandTimeout.toString());
            return jvm;
        } catch (RuntimeException e) {
            jvm.agent.close();
            throw e;
        }
    }

    /** Acquires a lock with the client's default lease, renewed; returns the fencing token. */
    public long acquire(String name) {
        return acquire(name, Duration.ZERO, Renewal.ON);
    }

    /** Acquires a lock with this lease, renewed; returns the fencing token. */
    public long acquire(String name, Duration lease) {
        return acquire(name, lease, Renewal.ON);
    }

    /** Acquires a lock; a lease of zero stands for the client's default. Returns the fencing token. */
    public long acquire(String name, Duration lease, Renewal renewal) {
        return Long.parseLong(call("acquire", name, lease.toString(), renewal.name()));
    }

    /** Begins to acquire a lock. Returns when the other JVM has begun, which may be before the server knows of it. */
    public PendingGrant beginAcquire(String name) {
        return beginAcquire(name, Duration.ZERO, Renewal.ON);
    }

    /** As {@link #beginAcquire(String)}; a lease of zero stands for the client's default. */
    public PendingGrant beginAcquire(String name, Duration lease, Renewal renewal) {
        AgentCall call = agent.send("acquire", name, lease.toString(), renewal.name());
        call.awaitBegun(ANSWER);
        return new PendingGrant(call);
    }

    /** Acquires a lock with this lease, renewed, for that owner of the other JVM's client; returns the fencing token. */
    public long acquireAs(String owner, String name, Duration lease) {
        return Long.parseLong(call("acquireAs", name, lease.toString(), Renewal.ON.name(), owner));
    }

    /** Begins to acquire a lock for that owner, as {@link #beginAcquire(String)} does. */
    public PendingGrant beginAcquireAs(String owner, String name, Duration lease) {
        AgentCall call = agent.send("acquireAs", name, lease.toString(), Renewal.ON.name(), owner);
        call.awaitBegun(ANSWER);
        return new PendingGrant(call);
    }

    /** Acquires a read-write lock for reading, with this lease, renewed; returns the fencing token. */
    public long read(String name, Duration lease) {
        return Long.parseLong(call("read", name, lease.toString(), Renewal.ON.name()));
    }

    /** Begins to acquire a read-write lock for reading, as {@link #beginAcquire(String)} does for a lock. */
    public PendingGrant beginRead(String name) {
        AgentCall call = agent.send("read", name, Duration.ZERO.toString(), Renewal.ON.name());
        call.awaitBegun(ANSWER);
        return new PendingGrant(call);
    }

    /** Releases the lease it has or had last of this lock. */
    public ReleaseOutcome release(String name) {
        return ReleaseOutcome.valueOf(call("release", name));
    }

    /** Whether the other JVM believes in its lease of this lock. */
    public boolean isValid(String name) {
        return Boolean.parseBoolean(call("valid", name));
    }

    /** The token of the lease it has or had last of this lock. */
    public long fencingToken(String name) {
        return Long.parseLong(call("token", name));
    }

    /** Detaches its lease of this lock; returns the encoded {@link dev.mortise.LeaseTicket}. */
    public String detach(String name) {
        return call("detach", name);
    }

    /** Adopts a lease by its encoded {@link dev.mortise.LeaseTicket}; returns the fencing token. */
    public long adopt(String ticket) {
        return Long.parseLong(call("adopt", ticket));
    }

    /** Ends it by SIGKILL. It releases nothing. Nothing happens when it has ended. */
    public void kill() {
        agent.process().kill();
    }

    /**
     * Stops it by SIGSTOP: none of its threads runs, its connections stay open.
     *
     * @throws IllegalStateException when it has ended
     */
    public void pause() {
        agent.process().pause();
    }

    /**
     * Continues it.
     *
     * @throws IllegalStateException when it has ended
     */
    public void resume() {
        agent.process().resume();
    }

    /** Whether it has not ended; a paused JVM is alive. */
    public boolean isAlive() {
        return agent.process().isAlive();
    }

    /** Its process id. */
    public long pid() {
        return agent.process().process().pid();
    }

    /**
     * Closes the client there, continued if it was paused, which releases its locks, and ends the JVM; by force after
     * ten seconds. Nothing happens when it has ended. Idempotent.
     */
    @Override
    public void close() {
        try {
            if (isAlive()) {
                resume();
                agent.send("close").awaitResult(ORDERLY);
            }
        } catch (IllegalStateException | OtherJvmException e) {
            // it ends all the same
        } finally {
            agent.close();
        }
    }

    @Override
    public String toString() {
        return "JVM in " + agent.process();
    }

    private String call(String... words) {
        return agent.send(words).awaitResult(ANSWER);
    }
}
