package dev.mortise.faults.nemesis;

import dev.mortise.faults.traffic.Crew;
import dev.mortise.testkit.RedisProcess;
import dev.mortise.testkit.proxy.FaultProxy;
import java.time.Duration;
import java.util.SplittableRandom;

/** What can be broken. */
public record Scene(RedisProcess server, FaultProxy proxy, Crew crew, Duration lease, SplittableRandom random) {
    /** From so many hundredths of a lease to so many. */
    Duration leases(int fromPercent, int toPercent) {
        return lease.multipliedBy(random.nextInt(fromPercent, toPercent + 1)).dividedBy(100);
    }

    void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
