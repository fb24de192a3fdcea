package dev.mortise.internal.queue;

import dev.mortise.internal.store.Fencing;

/** The fencing tokens that are left for leases that follow one another on a hold. Not thread-safe: guarded by its queue. */
final class TokenBlock {
    /** How many tokens are asked for first; four times as many each time after that. */
    private static final int FIRST_RESERVE = 1024;

    /** Tokens that are not used put the clock of tokens ahead, by a microsecond each. */
    static final int LARGEST_RESERVE = 16_384;

    /** The token of the next lease; beyond the last one when none is left. */
    private long next;

    /** The last token that may be used. */
    private long last;

    /** How many tokens to ask for next. */
    private int reserve = FIRST_RESERVE;

    /** What the grant with that token brought beside it. */
    TokenBlock(long granted) {
        this.next = granted + 1;
        this.last = granted + Fencing.BLOCK - 1;
    }

    boolean isEmpty() {
        return next > last;
    }

    /** To be called only when there is one. */
    long take() {
        return next++;
    }

    /** How many tokens to ask for. A hold that is handed on often asks for more each time. */
    long toReserve() {
        long tokens = reserve;
        reserve = Math.min(LARGEST_RESERVE, 4 * reserve);
        return tokens;
    }

    /** The server has reserved so many, from the first on. What was left before is not used. */
    void reserved(long first, long tokens) {
        next = first;
        last = first + tokens - 1;
    }
}
