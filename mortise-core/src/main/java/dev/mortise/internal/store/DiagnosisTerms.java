package dev.mortise.internal.store;

import java.time.Duration;

/**
 * What a client relies on, and its servers are measured by.
 *
 * @param lease of acquires that name none
 * @param commandTimeout how long one answer may take
 * @param quietPeriod zero = none
 * @param inQuorum whether each server is one of several that decide by majority
 */
public record DiagnosisTerms(Duration lease, Duration commandTimeout, Duration quietPeriod, boolean inQuorum) {
    /** The same, for one node of a quorum. */
    public DiagnosisTerms forNode() {
        return new DiagnosisTerms(lease, commandTimeout, quietPeriod, true);
    }
}
