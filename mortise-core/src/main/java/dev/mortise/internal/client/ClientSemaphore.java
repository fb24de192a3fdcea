package dev.mortise.internal.client;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedSemaphore;
import dev.mortise.Lease;
import dev.mortise.LockInfo;
import dev.mortise.LockKind;
import dev.mortise.WrongKindException;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The public semaphore over the engine: a lock for each number of permits. Stateless. */
final class ClientSemaphore implements DistributedSemaphore {
    private final ClientParts client;
    private final String name;
    private final Shape shape;

    ClientSemaphore(ClientParts client, String name, int permits) {
        this.client = client;
        this.name = name;
        this.shape = shape(permits);
    }

    /** What a semaphore of that many permits is stored as. */
    static Shape shape(int permits) {
        if (permits < 1 || permits > Shape.MAX) {
            throw new IllegalArgumentException("permits must be from 1 to " + Shape.MAX + ", was " + permits);
        }
        return new Shape(LockKind.SEMAPHORE, permits);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int permits() {
        return Math.toIntExact(shape.capacity());
    }

    @Override
    public Lease acquire(int permits, AcquireOptions options) throws InterruptedException {
        return of(permits).acquire(options);
    }

    @Override
    public Optional<Lease> tryAcquire(int permits) {
        return of(permits).tryAcquire();
    }

    @Override
    public Optional<Lease> tryAcquire(int permits, AcquireOptions options) throws InterruptedException {
        return of(permits).tryAcquire(options);
    }

    @Override
    public CompletableFuture<Lease> acquireAsync(int permits, AcquireOptions options) {
        return of(permits).acquireAsync(options);
    }

    @Override
    public CompletableFuture<Optional<Lease>> tryAcquireAsync(int permits, AcquireOptions options) {
        return of(permits).tryAcquireAsync(options);
    }

    /** By the server's capacity, which may have been changed since this object was made. */
    @Override
    public int available() {
        client.requireOpen();
        LockRecord record = Unavailable.unless(name, client.store().inspect(name));
        Shape actual = record.shape().orElse(shape);
        if (actual.kind() != LockKind.SEMAPHORE) {
            throw new WrongKindException(
                    name,
                    "Lock '" + name + "' is in use as " + actual.encode() + " (format:kind:permits), not as "
                            + shape.encode());
        }
        long used =
                record.holders().stream().mapToLong(LockRecord.Holder::permits).sum();
        return Math.toIntExact(Math.max(0, actual.capacity() - used));
    }

    @Override
    public LockInfo inspect() {
        return of(1).inspect();
    }

    @Override
    public String toString() {
        return "DistributedSemaphore[" + name + ", " + shape.capacity() + " permits]";
    }

    /** @throws IllegalArgumentException when it is none, or more than there are */
    private NamedLock of(int permits) {
        return new NamedLock(client, name, new Permits(shape, permits));
    }
}
