/**
 * One client: its public objects, its opening, and its closing. The top of the ladder: knows all rooms below, and no other
 * room knows it.
 *
 * <ul>
 *   <li>Clients: {@code LockClient} over one authority, {@code QuorumClient} over several masters. {@code ClientParts} is what
 *       they have alike, tied together.
 *   <li>Locks: {@code NamedLock}, {@code MultiLock}, {@code ClientReadWriteLock} with its two kinds, {@code ClientSemaphore}.
 *       {@code ReentrantView} is the {@code Lock} of the JDK over them, with {@code ReentrantHolds} for what threads hold.
 *   <li>Acquires: {@code AcquireSpecs} checks options, {@code Acquires} begins, {@code CallerWait} or {@code AcquireFuture} waits,
 *       {@code FailedWait} explains.
 *   <li>Changes of a lease: {@code Upgrade} with {@code UpgradeAcquire}, {@code Downgrade}, {@code Adoptions}.
 *   <li>The end: {@code Lifecycle} decides when, {@code Shutdown} does it.
 *   <li>For people: {@code StoreAdmin}; {@code Heartbeat} says who a client is.
 * </ul>
 *
 * <p>Here callers wait. Public methods that are not asynchronous may block, by {@code Await}; no timer or I/O thread calls
 * them.
 */
@NullMarked
package dev.mortise.internal.client;

import org.jspecify.annotations.NullMarked;
