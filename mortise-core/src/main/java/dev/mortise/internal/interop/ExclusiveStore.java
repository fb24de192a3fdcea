package dev.mortise.internal.interop;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.store.Catalogue;
import dev.mortise.internal.store.DiagnosisTerms;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.Reserved;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.WaitRegister;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a plain key cannot carry. No client over such a store asks for it. */
abstract class ExclusiveStore implements LockStore {
    @Override
    public CompletableFuture<Optional<Reserved>> downgrade(String lock, String leaseId, long leaseMillis, long floor) {
        return unknown();
    }

    @Override
    public CompletableFuture<Optional<Long>> adopt(
            String lock, String leaseId, int adoption, String adoptionId, long token, long leaseMillis, Tag tag) {
        return unknown();
    }

    @Override
    public CompletableFuture<LockRecord> inspect(String lock) {
        return unknown();
    }

    @Override
    public CompletableFuture<Glance> glance(String lock, String leaseId) {
        return unknown();
    }

    @Override
    public CompletableFuture<Integer> force(
            String lock, Optional<ExactHold> only, String reason, long tombstoneMillis) {
        return unknown();
    }

    @Override
    public CompletableFuture<Integer> collect(String lock, long graceMillis) {
        return unknown();
    }

    @Override
    public CompletableFuture<List<Finding>> diagnose(DiagnosisTerms terms) {
        return unknown();
    }

    @Override
    public Remains remains() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Catalogue catalogue() {
        throw new UnsupportedOperationException();
    }

    @Override
    public WaitRegister waits() {
        throw new UnsupportedOperationException();
    }

    private static <T> CompletableFuture<T> unknown() {
        return CompletableFuture.failedFuture(
                new StoreException(Effect.REFUSED, "locks of another library do not have this", null));
    }
}
