package dev.mortise.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.Mortise;
import dev.mortise.redis.RedisMortise;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.junit.RedisExtension;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a round costs the server, by the server's own count. */
class WatchCostTest {
    /** Names that one request lists. */
    private static final int PAGE = 200;

    /** Heartbeats of two clients, which go on meanwhile. */
    private static final int BESIDE = 12;

    @RegisterExtension
    static final RedisExtension redis = RedisExtension.of(RedisProcess.builder());

    /** Its leases need no renewal meanwhile. */
    private final Mortise holding = RedisMortise.builder()
            .uri(redis.uri())
            .lease(Duration.ofMinutes(10))
            .build();

    private final Mortise watching = RedisMortise.connect(redis.uri());

    @AfterEach
    void close() {
        watching.close();
        holding.leases().forEach(Lease::close);
        holding.close();
    }

    private void hold(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            holding.lock("lock-" + i).acquire(AcquireOptions.noWait());
        }
    }

    /** Requests that clients have sent. What a script does is counted as its own. */
    private static long requests() {
        long requests = 0;
        for (Map.Entry<String, String> entry :
                redis.server().info("commandstats").entrySet()) {
            if (List.of("cmdstat_eval", "cmdstat_evalsha", "cmdstat_scan").contains(entry.getKey())) {
                requests += Long.parseLong(entry.getValue().replaceFirst("calls=(\\d+),.*", "$1"));
            }
        }
        return requests;
    }

    private static long cost(LockRounds rounds, WatchFocus focus) {
        long before = requests();
        rounds.next(focus);
        return requests() - before;
    }

    @Test
    void a_round_asks_once_for_each_lock_that_it_looks_at_and_no_more_when_there_are_many() throws Exception {
        hold(300);
        LockRounds all = new LockRounds(watching.admin(), "*", 500, Clock.systemUTC());
        all.next(WatchFocus.NONE);
        assertThat(cost(all, WatchFocus.NONE)).isBetween(300L, 300L + 300 / PAGE + 3 + BESIDE);

        LockRounds some = new LockRounds(watching.admin(), "*", 50, Clock.systemUTC());
        WatchFocus focus = new WatchFocus(Optional.of("lock-7"), List.of("lock-8", "lock-9"), false);
        some.next(WatchFocus.NONE);
        // 50 of the listing, up to 32 ahead, a page; three more, each with its client.
        for (int i = 0; i < 8; i++) {
            assertThat(cost(some, focus)).isLessThanOrEqualTo(50 + 32 + 2 + 3 * 2 + BESIDE);
        }
    }
}
