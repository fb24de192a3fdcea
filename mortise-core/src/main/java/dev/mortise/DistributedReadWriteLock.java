package dev.mortise;

import java.util.concurrent.locks.ReadWriteLock;

/**
 * A lock that many readers hold at a time, or one writer, over all processes that use the same deployment and prefix.
 *
 * <p>Readers and writers stand in one queue, first come, first served: readers that stand next to each other are
 * granted together, and a reader does not overtake a writer of another client that waits. Inside one client, readers
 * share one hold; when it is their turn, all readers that wait there get it together, and the writer between them is
 * next. So neither readers nor writers starve, however many come. Every grant has its own fencing token. A writer's is
 * greater than all before it, those of readers too; a reader's is greater than that of every writer before it. Readers
 * that hold the lock together are in no order among themselves.
 *
 * <ul>
 *   <li>{@link #readLock()} and {@link #writeLock()} block, throw and answer as {@link DistributedLock} says. Leases of
 *       them are not reentrant; {@link #asReadWriteLock()} is the reentrant, thread-owned view.
 *   <li>{@link #downgrade} blocks for at most one command time-out and is not interruptible.
 *   <li>{@link #upgrade} blocks until it is the writer or its wait is over.
 *   <li>Return at once: all others.
 * </ul>
 *
 * <p>Instances are stateless, thread-safe and cheap. Memory effects: a release, and a downgrade, happens-before the
 * next acquire of the same lock in this JVM.
 *
 * <p>Not promised: that a writer which pauses for longer than its lease notices before it writes; see {@link
 * DistributedLock}. A name that is used as a mutex or a semaphore is refused with {@link WrongKindException} while it
 * is in use.
 */
public interface DistributedReadWriteLock {
    /** The name this lock was made with. */
    String name();

    /**
     * The lock that readers take: any number of leases at a time, while there is no writer.
     * {@link DistributedLock#isLocked} and {@link DistributedLock#inspect} of it see readers and writers.
     */
    DistributedLock readLock();

    /**
     * The lock that writers take: one lease at a time, while there is no reader. {@link DistributedLock#isLocked} and
     * {@link DistributedLock#inspect} of it see readers and writers.
     */
    DistributedLock writeLock();

    /**
     * Makes the writer a reader in one step: no other writer comes in between, and readers that wait next in the queue
     * read from there on. The write lease ends, as one that was detached does: its release changes nothing any more.
     * The read lease has the same options and {@linkplain Lease#id() id}, and a new fencing token, greater than the
     * writer's.
     *
     * <p>Write everything before you call this: others may read before it returns. The write lease is therefore not
     * valid from the request on. It is valid again only if it is certain that the server did nothing.
     *
     * @param write a lease of {@link #writeLock()} of this lock and this client
     * @return the read lease
     * @throws IllegalArgumentException when it is any other lease
     * @throws IllegalStateException when the lease is being downgraded or detached by another call
     * @throws LeaseLostException when the lease is not valid
     * @throws LockUnavailableException when the server did not answer in time. The write lease is then valid only if it
     *     is certain that the server did nothing; otherwise it is {@linkplain LeaseLoss.Cause#UNREACHABLE lost}.
     */
    Lease downgrade(Lease write);

    /**
     * Makes the reader the writer, as soon as all other readers are gone. It waits for that in front of all other
     * waiters; its read lease stays as it is, and is renewed, meanwhile. Then the read lease ends, as one that was
     * detached does, and the write lease has the same {@linkplain Lease#id() id} and a new fencing token.
     *
     * <p>If two readers wait for this, neither could ever go first. So the second gets {@link DeadlockException} at
     * once; it should release its read lease, and acquire the write lock if it still wants to write.
     *
     * @param read a lease of {@link #readLock()} of this lock and this client
     * @param options how long to wait, and what the write lease is like
     * @return the write lease
     * @throws IllegalArgumentException when it is any other lease
     * @throws IllegalStateException when the lease is being upgraded or detached by another call
     * @throws InterruptedException when the thread is interrupted before or while it waits; the read lease stays
     * @throws LockTimeoutException when other readers were still there in the end; the read lease stays
     * @throws DeadlockException when another reader waits to be the writer; the read lease stays
     * @throws LeaseLostException when the read lease is not valid, or is lost or released during the wait
     * @throws LockUnavailableException when the server cannot be asked; the read lease stays
     */
    Lease upgrade(Lease read, AcquireOptions options) throws InterruptedException;

    /**
     * A drop-in {@link ReadWriteLock} with the rules of {@link java.util.concurrent.locks.ReentrantReadWriteLock}:
     * owned by the thread and reentrant, on both sides. A thread that holds the write lock may take the read lock,
     * which costs no request; when it then unlocks the write lock it is downgraded on the server too, and others may
     * read. If the server does not do that in time, the thread goes on alone until its last unlock. All views of one
     * name of one client share the holds of a thread.
     *
     * <p>A thread that only reads cannot take the write lock: {@code lock} and {@code lockInterruptibly} throw {@link
     * DeadlockException} at once, where {@code ReentrantReadWriteLock} waits for ever, and {@code tryLock} answers
     * false.
     *
     * <p>The views of the two sides are also {@code readLock().asLock()} and {@code writeLock().asLock()}.
     */
    ReadWriteLock asReadWriteLock();
}
