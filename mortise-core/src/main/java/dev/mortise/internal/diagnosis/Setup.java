package dev.mortise.internal.diagnosis;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.store.DiagnosisTerms;
import java.time.Duration;

/**
 * What a client relies on, and the servers are measured by.
 *
 * @param lease of acquires that name none
 * @param commandTimeout how long one answer may take
 * @param quietPeriod zero = none
 * @param deployment what it belongs to
 * @param failsOver whether a replica may take the server's place, and the server may not know that
 */
public record Setup(
        Duration lease, Duration commandTimeout, Duration quietPeriod, Deployment deployment, boolean failsOver) {
    /** A master of a Cluster that is cut off stops by itself, so what counts there is not asked of it. */
    public static Setup of(DiagnosisTerms terms, Deployment where) {
        Deployment deployment = terms.inQuorum() ? Deployment.QUORUM : where;
        boolean failsOver = deployment == Deployment.SENTINEL
                || deployment == Deployment.STANDALONE && !terms.quietPeriod().isZero();
        return new Setup(terms.lease(), terms.commandTimeout(), terms.quietPeriod(), deployment, failsOver);
    }

    boolean isCluster() {
        return deployment == Deployment.CLUSTER;
    }

    boolean isInQuorum() {
        return deployment == Deployment.QUORUM;
    }
}
