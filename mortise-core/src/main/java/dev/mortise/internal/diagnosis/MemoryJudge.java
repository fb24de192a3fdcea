package dev.mortise.internal.diagnosis;

/** Whether the server has room for locks, and keeps those it has. */
final class MemoryJudge {
    private static final int TIGHT_PERCENT = 90;
    private static final int FULL_PERCENT = 98;

    private MemoryJudge() {}

    /** @param memory section {@code memory} of INFO */
    static void judge(InfoText memory, ServerReport report) {
        eviction(memory, report);
        fill(memory, report);
    }

    static void eviction(InfoText memory, ServerReport report) {
        String policy = memory.text("maxmemory_policy").orElse("noeviction");
        if (memory.number("maxmemory").orElse(0) > 0 && !policy.equals("noeviction")) {
            report.error(
                    "memory.eviction",
                    "The Redis server evicts keys when its memory is full (maxmemory-policy " + policy
                            + "), and may evict locks that are held",
                    "Set maxmemory-policy to noeviction");
        }
    }

    private static void fill(InfoText memory, ServerReport report) {
        long used = memory.number("used_memory").orElse(0);
        long limit = memory.number("maxmemory").orElse(0);
        long machine = memory.number("total_system_memory").orElse(0);
        boolean isLimited = limit > 0;
        long most = isLimited ? limit : machine;
        if (used <= 0 || most <= 0) {
            return;
        }
        long percent = Math.round(100.0 * used / most);
        String what = "The server uses " + Bytes.show(used) + " of " + Bytes.show(most) + " (" + percent
                + " %), which is " + (isLimited ? "its maxmemory" : "all the machine has, as maxmemory is not set");
        if (percent >= FULL_PERCENT) {
            report.error(
                    "memory.full",
                    what + ": locks cannot be acquired when it is full",
                    isLimited
                            ? "Raise maxmemory or remove other keys"
                            : "Give the machine more memory, and set maxmemory");
        } else if (percent >= TIGHT_PERCENT) {
            report.warning(
                    "memory.full",
                    what + ": locks cannot be acquired when it is full",
                    isLimited
                            ? "Raise maxmemory or remove other keys"
                            : "Give the machine more memory, and set maxmemory");
        } else {
            report.info("memory.used", what);
        }
    }
}
