package dev.mortise.benchmarks;

/** What can be asked. */
enum Asked {
    UNCONTENDED,
    HANDOFF,
    RENEWAL,
    MEMORY,
    EXPIRY,
    IDLE;

    Question question() {
        return switch (this) {
            case UNCONTENDED -> new Uncontended();
            case HANDOFF -> new HandOff();
            case RENEWAL -> new Renewal();
            case MEMORY -> new Memory();
            case EXPIRY -> new Expiry();
            case IDLE -> new Idle();
        };
    }
}
