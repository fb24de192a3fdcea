package dev.mortise.faults.check;

import java.util.List;

/**
 * A worker that was up.
 *
 * @param threads those which take short holds again and again
 * @param diedAt {@link Long#MAX_VALUE} = it was there to the end
 */
public record Life(String worker, List<String> threads, long readyAt, long diedAt) {}
