package dev.mortise.internal.store;

/** What a withdrawn lease id was at that moment. */
public enum WithdrawReply {
    /** Neither waiting nor holding. */
    UNKNOWN,
    /** Waiting. */
    WAITING,
    /** Holding: the grant was faster, and is released. */
    GRANTED
}
