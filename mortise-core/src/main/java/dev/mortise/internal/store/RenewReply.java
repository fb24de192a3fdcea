package dev.mortise.internal.store;

/** What came of a {@link RenewRequest}. */
public sealed interface RenewReply {
    /** It holds for the time asked for, or longer. */
    record Renewed(boolean othersWait) implements RenewReply {}

    /** It is over, or not on record. */
    record Lost() implements RenewReply {}

    /** It was ended by force, for that reason. */
    record Forced(String reason) implements RenewReply {}

    /** Not known: too few answered. It may be asked again. */
    record Unknown(String reason) implements RenewReply {}
}
