package dev.mortise.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.DistributedLock;
import dev.mortise.DistributedReadWriteLock;
import dev.mortise.Lease;
import dev.mortise.LeaseLoss;
import dev.mortise.LeaseLoss.Cause;
import dev.mortise.LockInfo;
import dev.mortise.Mortise;
import dev.mortise.ReleaseOutcome;
import dev.mortise.admin.ForcedRelease;
import dev.mortise.admin.LockAdmin;
import org.junit.jupiter.api.Test;

/** One hold is ended by its fencing token, and no other one. */
@SuppressWarnings("try") // what is held is held for its time
abstract class ForceContract extends StatusContract {
    @Test
    void a_hold_is_ended_by_its_token_and_its_holder_hears_why_and_by_whom() throws Exception {
        LockAdmin operator = client(ClientSettings.defaults().named("operator")).admin();
        Lease stuck = Kept.kept(
                client(ClientSettings.defaults().named("holder")).lock(name()).acquire());
        Background<Lease> waiter = waiting(client().lock(name()), 0);
        until("its name is known", () -> onlyHolder(operator).client().name().equals("holder"));
        long token = onlyHolder(operator).fencingToken();
        ForcedRelease done = operator.forceRelease(name(), token, "stuck since noon");
        assertThat(done.isEnded()).isTrue();
        assertThat(done.holders()).isEmpty();
        assertThat(done.ended()).hasValueSatisfying(ended -> {
            assertThat(ended.fencingToken()).isEqualTo(stuck.fencingToken());
            assertThat(ended.client().name()).isEqualTo("holder");
        });
        assertThat(done.toString()).contains(name(), "(holder)", "was ended");
        LeaseLoss loss = get(stuck.lost());
        assertThat(loss.cause()).isEqualTo(Cause.FORCED);
        assertThat(loss.detail())
                .contains(
                        "stuck since noon",
                        "by operator on ",
                        "/" + ProcessHandle.current().pid());
        assertThat(stuck.release()).isEqualTo(ReleaseOutcome.LOST);
        Lease next = waiter.get();
        assertThat(next.fencingToken()).isGreaterThan(token);
        assertThat(next.isValid()).isTrue();
    }

    @Test
    void a_token_of_a_former_holder_ends_nothing_and_it_is_said_who_holds_it_now() throws Exception {
        LockAdmin operator = client().admin();
        Lease first = client().lock(name()).acquire();
        first.release();
        untilFree(client().lock(name()));
        ForcedRelease free = operator.forceRelease(name(), first.fencingToken(), "too late");
        assertThat(free.isEnded()).isFalse();
        assertThat(free.holders()).isEmpty();
        assertThat(free.toString()).contains("not held");
        Lease second = Kept.kept(
                client(ClientSettings.defaults().named("next")).lock(name()).acquire());
        until("its name is known", () -> onlyHolder(operator).client().name().equals("next"));
        ForcedRelease refused = operator.forceRelease(name(), first.fencingToken(), "too late");
        assertThat(refused.isEnded()).isFalse();
        assertThat(refused.holders()).singleElement().satisfies(holder -> {
            assertThat(holder.fencingToken()).isEqualTo(second.fencingToken());
            assertThat(holder.client().name()).isEqualTo("next");
        });
        assertThat(refused.toString()).contains("nothing was ended", "(next)");
        assertThat(operator.forceRelease(name(), second.fencingToken() + 1_000_000_000, "no such token")
                        .isEnded())
                .isFalse();
        assertThat(second.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void of_several_readers_only_the_one_with_the_token_loses_its_lease() throws Exception {
        Lease one = client().readWriteLock(name()).readLock().acquire();
        Lease other = client().readWriteLock(name()).readLock().acquire();
        LockAdmin operator = client().admin();
        assertThat(operator.forceRelease(name(), one.fencingToken(), "one of two")
                        .isEnded())
                .isTrue();
        assertThat(get(one.lost()).cause()).isEqualTo(Cause.FORCED);
        assertThat(onlyHolder(operator).fencingToken()).isEqualTo(other.fencingToken());
        assertThat(other.release()).isEqualTo(ReleaseOutcome.RELEASED);
    }

    @Test
    void a_lease_is_ended_by_its_token_as_its_own_client_shows_it_also_on_a_hold_that_others_had_before()
            throws Exception {
        Mortise here = client();
        DistributedLock lock = here.lock(name());
        Lease first = lock.acquire();
        Background<Lease> waiter = waiting(lock, 0);
        first.release();
        Lease second = waiter.get();
        assertThat(here.admin()
                        .forceRelease(name(), first.fencingToken(), "of the one before")
                        .isEnded())
                .isFalse();
        assertThat(second.isValid()).isTrue();
        long shown = onlyHolder(here.admin()).fencingToken();
        assertThat(shown).isEqualTo(second.fencingToken());
        ForcedRelease done = here.admin().forceRelease(name(), shown, "of this one");
        assertThat(done.ended()).map(LockInfo.Holder::fencingToken).hasValue(shown);
        assertThat(get(second.lost()).cause()).isEqualTo(Cause.FORCED);
    }

    @Test
    void other_clients_end_it_by_the_token_that_they_are_shown_and_by_that_of_the_lease() throws Exception {
        LockAdmin operator = client().admin();
        for (boolean asShown : new boolean[] {true, false}) {
            DistributedLock lock = client().lock(name());
            Lease first = lock.acquire();
            Background<Lease> waiter = waiting(lock, 0);
            first.release();
            Lease second = waiter.get();
            long token = asShown ? onlyHolder(operator).fencingToken() : second.fencingToken();
            assertThat(operator.forceRelease(name(), token, "stuck").isEnded())
                    .as("as shown %s", asShown)
                    .isTrue();
            assertThat(get(second.lost()).cause()).isEqualTo(Cause.FORCED);
        }
    }

    @Test
    void readers_of_one_client_may_share_a_hold_which_the_token_of_each_ends() throws Exception {
        Mortise here = client();
        DistributedReadWriteLock lock = here.readWriteLock(name());
        Lease first = lock.readLock().acquire();
        Lease second = lock.readLock().acquire();
        assertThat(here.admin()
                        .forceRelease(name(), second.fencingToken(), "both read")
                        .isEnded())
                .isTrue();
        assertThat(get(second.lost()).cause()).isEqualTo(Cause.FORCED);
        first.release();
        untilFree(lock.readLock());
    }

    @Test
    void a_lease_without_expiry_is_ended_by_its_token_too() throws Exception {
        Lease stuck = client().lock(name()).acquire(AcquireOptions.defaults().untilReleased());
        assertThat(client().admin()
                        .forceRelease(name(), stuck.fencingToken(), "for ever")
                        .isEnded())
                .isTrue();
        assertThat(get(stuck.lost()).cause()).isEqualTo(Cause.FORCED);
    }

    private LockInfo.Holder onlyHolder(LockAdmin admin) {
        LockInfo info = admin.inspect(name());
        assertThat(info.holders()).hasSize(1);
        return info.holders().get(0);
    }
}
