package dev.mortise.internal.lettuce;

import io.lettuce.core.cluster.SlotHash;
import java.util.BitSet;
import java.util.StringJoiner;

/**
 * How far the keys of a cluster were walked. Immutable.
 *
 * @param isSecond whether all masters were walked once already
 * @param walked slots that stood still at a master which was walked, as {@code 0-5460,5462}
 * @param master the address of the one that is being walked, or was walked last; "" before the first
 * @param slots of that master when it began to be walked, in the same words; "" between two masters
 * @param cursor of that master
 * @param missed the addresses of masters that could not be asked, in that pass
 */
record ScanPosition(boolean isSecond, String walked, String master, String slots, String cursor, String missed) {
    static final ScanPosition FIRST = new ScanPosition(false, "", "", "", "", "");

    /** A master without slots; so it is not taken for being between two masters. */
    private static final String NONE = "none";

    /** Of a slot that is on its way to or from another master. */
    private static final String MOVING = "[";

    /** What {@link #encode} has made. */
    static ScanPosition parse(String cursor) {
        String[] words = cursor.split(" ", -1);
        return new ScanPosition(words[0].equals("2"), words[1], words[2], words[3], words[4], words[5]);
    }

    String encode() {
        return String.join(" ", isSecond ? "2" : "1", walked, master, slots, cursor, missed);
    }

    boolean isBetweenMasters() {
        return slots.isEmpty();
    }

    /** A master begins to be walked, with those slots. */
    ScanPosition begun(String address, String slotsNow) {
        return new ScanPosition(isSecond, walked, address, slotsNow, ServerScan.BEGIN, missed);
    }

    /** Goes on there, at the same master. */
    ScanPosition at(String next) {
        return new ScanPosition(isSecond, walked, master, slots, next, missed);
    }

    /** The master was walked, and has those slots now. */
    ScanPosition walked(String slotsNow) {
        boolean stoodStill = slots.equals(slotsNow) && !slots.equals(NONE) && !slots.contains(MOVING);
        String all = stoodStill ? walked + (walked.isEmpty() ? "" : ",") + slots : walked;
        return new ScanPosition(isSecond, all, master, "", "", missed);
    }

    /** The master is none any more. */
    ScanPosition left() {
        return new ScanPosition(isSecond, walked, master, "", "", missed);
    }

    /** That master could not be asked. */
    ScanPosition missed(String address) {
        String all = missed.isEmpty() ? address : missed + "," + address;
        return new ScanPosition(isSecond, walked, address, "", "", all);
    }

    /** From the first master on, for the second time. */
    ScanPosition again() {
        return new ScanPosition(true, "", "", "", "", "");
    }

    /** Whether nothing is left when the last master was walked. */
    boolean isComplete() {
        return isSecond && missed.isEmpty() || covered(walked) == SlotHash.SLOT_COUNT;
    }

    /** Whether keys are missing, as a master could not be asked, and no other had its slots. */
    boolean isLacking() {
        return !missed.isEmpty() && !isComplete();
    }

    /** What a node says of itself among {@code CLUSTER NODES}. */
    static String ownSlots(String nodes) {
        StringJoiner own = new StringJoiner(",");
        for (String line : nodes.split("\n", -1)) {
            String[] words = line.trim().split(" ", -1);
            boolean isOwn = words.length > 2 && words[2].contains("myself") && words[2].contains("master");
            for (int i = 8; isOwn && i < words.length; i++) {
                own.add(words[i]);
            }
        }
        return own.length() == 0 ? NONE : own.toString();
    }

    private static int covered(String ranges) {
        BitSet slots = new BitSet(SlotHash.SLOT_COUNT);
        if (!ranges.isEmpty()) {
            for (String range : ranges.split(",", -1)) {
                String[] ends = range.split("-", 2);
                slots.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return slots.cardinality();
    }
}
