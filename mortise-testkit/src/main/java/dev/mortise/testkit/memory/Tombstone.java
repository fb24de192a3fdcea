package dev.mortise.testkit.memory;

import java.util.Optional;

/** A lease id that is refused for a while. {@code forced}: why it was ended by force; empty if it was withdrawn. */
record Tombstone(long untilMillis, Optional<String> forced) {}
