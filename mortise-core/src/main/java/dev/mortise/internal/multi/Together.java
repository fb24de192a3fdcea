package dev.mortise.internal.multi;

import dev.mortise.OnLoss;

/**
 * What a lease of several locks has as a whole.
 *
 * @param name of them all, as shown
 * @param acquirer the thread that asked
 * @param onLoss what happens to it when one part is lost
 */
public record Together(String name, Thread acquirer, OnLoss onLoss) {}
