package dev.mortise.internal.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.OnLoss;
import dev.mortise.Renewal;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Late;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.Tag;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long leases are valid by what they stand on. */
final class HoldTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final Time time = still(Time.class);

    @Test
    void an_answer_to_a_shortening_that_was_overtaken_by_a_later_one_takes_nothing_away() {
        Hold hold = hold(0, 30 * SECOND);
        hold.confirm(20 * SECOND, 30 * SECOND, false);
        long until = hold.validUntil();
        hold.confirm(10 * SECOND, 15 * SECOND, true);
        assertThat(hold.validUntil()).isEqualTo(until);
        hold.confirm(21 * SECOND, 15 * SECOND, true);
        assertThat(hold.validUntil()).isLessThan(until);
    }

    /** The hold may have been lengthened for others while the share was asked for. */
    @Test
    void a_lease_that_gets_a_share_of_its_own_is_valid_no_longer_than_that() {
        Hold hold = hold(0, 100 * SECOND);
        LeaseState lease = new LeaseState(time, terms(), hold, "id", 1, 0, false);
        assertThat(lease.validUntil()).isEqualTo(hold.validUntil());
        Hold share = hold(0, 30 * SECOND);
        lease.moveTo(share);
        assertThat(lease.validUntil()).isEqualTo(share.validUntil());
    }

    @Test
    void a_lease_that_gets_a_longer_share_lasts_no_longer_for_that() {
        LeaseState lease = new LeaseState(time, terms(), hold(0, 30 * SECOND), "id", 1, 0, false);
        long until = lease.validUntil();
        lease.moveTo(hold(0, 100 * SECOND));
        assertThat(lease.validUntil()).isEqualTo(until);
    }

    private static Hold hold(long base, long worth) {
        return new Still(new HoldFacts("lock", "id", Shape.READ_WRITE, 1, 1, base, worth, 0, 0, () -> Late.NO));
    }

    private static LeaseTerms terms() {
        return new LeaseTerms(
                "lock",
                Shape.READ_WRITE,
                1,
                30 * SECOND,
                Renewal.ON,
                0,
                OnLoss.NOTIFY,
                new Tag("", ""),
                Thread.currentThread(),
                false,
                "",
                null);
    }

    /** Where nothing happens, at 0. */
    private static <T> T still(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getReturnType() == long.class) {
                return 0L;
            }
            throw new UnsupportedOperationException(method.getName());
        }));
    }

    /** One that nothing is done with. */
    private static final class Still extends Hold {
        Still(HoldFacts facts) {
            super(facts);
        }

        @Override
        public void released(LeaseState lease) {
            throw new UnsupportedOperationException("released");
        }

        @Override
        public CompletableFuture<?> ended(LeaseState lease) {
            throw new UnsupportedOperationException("ended");
        }

        @Override
        public CompletableFuture<@Nullable Hold> takeOut(LeaseState lease) {
            throw new UnsupportedOperationException("takeOut");
        }

        @Override
        public void contended() {}

        @Override
        public boolean isSole(LeaseState lease) {
            return true;
        }
    }
}
