package dev.mortise.tests;

import dev.mortise.internal.store.InboxListener;

/** Hears, and does nothing with it. */
public class IgnoringInbox implements InboxListener {
    @Override
    public void granted(String lock, String leaseId, long token, long claimMillis, long waiting) {}

    @Override
    public void contended(String lock) {}

    @Override
    public void nudged(String lock, String leaseId) {}

    @Override
    public void forced(String leaseId, String reason) {}

    @Override
    public void reconnected() {}
}
