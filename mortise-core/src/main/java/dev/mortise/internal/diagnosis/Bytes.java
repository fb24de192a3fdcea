package dev.mortise.internal.diagnosis;

/** Amounts of memory for people. */
final class Bytes {
    private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

    private Bytes() {}

    /** Such as {@code 512 B} or {@code 7.5 MB}; a kB has 1,024. */
    static String show(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        long tenths = bytes * 10 / 1024;
        int unit = 0;
        while (tenths >= 10_240 && unit < UNITS.length - 1) {
            tenths /= 1024;
            unit++;
        }
        return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " " + UNITS[unit];
    }
}
