package dev.mortise.cli.demo;

import dev.mortise.Lease;
import dev.mortise.redis.RedisFence;
import java.util.OptionalLong;

/**
 * The account behind a guard: a balance goes to the file only if the guard lets the lease through, which refuses every
 * lease but the latest it has seen. The guard keeps the balance itself, too; its word counts.
 */
final class GuardedAccount {
    static final String KEY = "demo:account";

    private final Account account;
    private final RedisFence fence;

    GuardedAccount(Account account, RedisFence fence) {
        this.account = account;
        this.fence = fence;
    }

    /** Shuts out every earlier lease, then reads; empty when a later one was here before. */
    OptionalLong balance(Lease lease) {
        return fence.advance(KEY, lease) ? OptionalLong.of(account.balance()) : OptionalLong.empty();
    }

    /** Whether the guard let it through. */
    boolean balance(Lease lease, long balance) {
        boolean accepted = fence.set(KEY, Long.toString(balance), lease);
        if (accepted) {
            account.balance(balance);
        }
        return accepted;
    }
}
