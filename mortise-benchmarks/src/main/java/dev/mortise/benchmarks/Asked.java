package dev.mortise.benchmarks;

/** What can be asked. */
enum Asked {
    UNCONTENDED,
    HANDOFF;

    Question question() {
        return switch (this) {
            case UNCONTENDED -> new Uncontended();
            case HANDOFF -> new HandOff();
        };
    }
}
