package dev.mortise.internal.store;

/** Who waits or holds, and what for, as shown to people. Neither has a control character. */
public record Tag(String owner, String label) {}
