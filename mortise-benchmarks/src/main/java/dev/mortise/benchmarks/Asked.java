package dev.mortise.benchmarks;

/** What can be asked. */
enum Asked {
    UNCONTENDED,
    OWNLOCKS,
    HOT,
    HOTJVMS,
    READWRITE,
    HANDOFF,
    RENEWAL,
    MEMORY,
    EXPIRY,
    IDLE;

    Question question() {
        return switch (this) {
            case UNCONTENDED -> new Uncontended();
            case OWNLOCKS -> new OwnLocks();
            case HOT -> new Hot();
            case HOTJVMS -> new HotJvms();
            case READWRITE -> new ReadWrite();
            case HANDOFF -> new HandOff();
            case RENEWAL -> new Renewal();
            case MEMORY -> new Memory();
            case EXPIRY -> new Expiry();
            case IDLE -> new Idle();
        };
    }
}
