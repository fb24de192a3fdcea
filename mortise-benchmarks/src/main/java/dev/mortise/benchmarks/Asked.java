package dev.mortise.benchmarks;

/** What can be asked. */
enum Asked {
    UNCONTENDED("one thread, one lock that nobody else wants"),
    OWNLOCKS("threads of one JVM with a lock each"),
    HOT("threads of one JVM that want one lock"),
    HOTJVMS("threads of four JVMs that want one lock"),
    READWRITE("threads of one JVM that mostly read"),
    HANDOFF("two JVMs that hand one lock to and fro"),
    SERVER("what a cycle costs the server, above all in scripts"),
    SCRIPTS("how long one call of each script of Mortise takes, by size"),
    RENEWAL("keeping many leases alive"),
    MEMORY("memory of the server for a lock and a waiter"),
    EXPIRY("how soon a waiter follows a killed holder"),
    IDLE("what a client does that holds nothing");

    private final String text;

    Asked(String text) {
        this.text = text;
    }

    /** What it is about, in a line. */
    String text() {
        return text;
    }

    Question question() {
        return switch (this) {
            case UNCONTENDED -> new Uncontended();
            case OWNLOCKS -> new OwnLocks();
            case HOT -> new Hot();
            case HOTJVMS -> new HotJvms();
            case READWRITE -> new ReadWrite();
            case HANDOFF -> new HandOff();
            case SERVER -> new Server();
            case SCRIPTS -> new Scripts();
            case RENEWAL -> new RenewalCost();
            case MEMORY -> new Memory();
            case EXPIRY -> new Expiry();
            case IDLE -> new Idle();
        };
    }
}
