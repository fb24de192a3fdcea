package dev.mortise.internal.lease;

/**
 * Ids of leases. The first lease of a hold has the id that the server knows; those it is handed to have that and a
 * number of their own, so that each is unique.
 */
public final class LeaseIds {
    private static final char PART = '~';

    private LeaseIds() {}

    /** The id of the lease with that token. The number in it is the distance to the first token of the hold, in base 36. */
    public static String of(Hold hold, long token) {
        return token == hold.firstToken()
                ? hold.id()
                : hold.id() + PART + Long.toString(token - hold.firstToken(), Character.MAX_RADIX);
    }

    /** What the server knows it by. */
    public static String onServer(String id) {
        int part = id.indexOf(PART);
        return part < 0 ? id : id.substring(0, part);
    }

    /** Whether the lease stands on what the server knows by the other id. */
    static boolean isOf(String id, String onServer) {
        return onServer(id).equals(onServer);
    }
}
