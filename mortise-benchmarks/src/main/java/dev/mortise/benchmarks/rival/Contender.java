package dev.mortise.benchmarks.rival;

import org.redisson.api.RedissonClient;

/** Who is compared. */
public enum Contender {
    /** A lease with a fencing token, queued in order. */
    MORTISE("Mortise"),
    /** Reentrant, without a token, not in order. */
    REDISSON("Redisson RLock"),
    /** The same with a fencing token. */
    REDISSON_FENCED("Redisson RFencedLock"),
    /** The same in order, without a token. */
    REDISSON_FAIR("Redisson fair"),
    /** Reentrant, told of a release. No token, no renewal, not in order. */
    SPRING("Spring pub-sub"),
    /** SET NX PX and a compare-and-delete script; waits by asking every millisecond. No token, no renewal, no order. */
    LETTUCE("Lettuce naive");

    private final String shown;

    Contender(String shown) {
        this.shown = shown;
    }

    /** Connects a client of its own with the settings its library comes with, but for the terms. Blocks. */
    public Rival connect(String uri, RivalLease terms) {
        return switch (this) {
            case MORTISE -> new MortiseRival(uri, terms);
            case REDISSON -> new RedissonRival(uri, terms, RedissonClient::getLock);
            case REDISSON_FENCED -> new RedissonRival(uri, terms, RedissonClient::getFencedLock);
            case REDISSON_FAIR -> new RedissonRival(uri, terms, RedissonClient::getFairLock);
            case SPRING -> new SpringRival(uri, terms);
            case LETTUCE -> new LettuceRival(uri, terms);
        };
    }

    /**
     * The same for a read-write lock.
     *
     * @throws IllegalArgumentException when it has none that is compared
     */
    public ReadWriteRival connectReadWrite(String uri, RivalLease terms) {
        return switch (this) {
            case MORTISE -> new MortiseRival(uri, terms);
            case REDISSON -> new RedissonRival(uri, terms, RedissonClient::getLock);
            default -> throw new IllegalArgumentException(this + " has no read-write lock that is compared");
        };
    }

    /**
     * The same for a semaphore.
     *
     * @throws IllegalArgumentException when it has none that is compared
     */
    public SemaphoreRival connectSemaphore(String uri, RivalLease terms) {
        return switch (this) {
            case MORTISE -> new MortiseRival(uri, terms);
            case REDISSON -> new RedissonRival(uri, terms, RedissonClient::getLock);
            default -> throw new IllegalArgumentException(this + " has no semaphore that is compared");
        };
    }

    /** As {@link #connect}, so that all threads of all clients stand in one queue, where the library has one. */
    public Rival connectInOrder(String uri, RivalLease terms) {
        return this == MORTISE ? new MortiseRival(uri, terms, 0) : connect(uri, terms);
    }

    @Override
    public String toString() {
        return shown;
    }
}
