package dev.mortise.faults.nemesis;

import dev.mortise.faults.place.ProxiedServers;
import dev.mortise.faults.place.Site;
import dev.mortise.faults.traffic.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What can be broken.
 *
 * @param recovery how long it may take until all is well again, but for the time that everybody needs for a request or two
 */
public record Scene(ProxiedServers place, Workers crew, Duration lease, Duration recovery, SplittableRandom random) {
    /** From so many hundredths of a lease to so many. */
    Duration leases(int fromPercent, int toPercent) {
        return lease.multipliedBy(random.nextInt(fromPercent, toPercent + 1)).dividedBy(100);
    }

    void sleep(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }

    /** So many sites at random, at least one. */
    List<Site> some(int most) {
        List<Site> all = new ArrayList<>(place.sites());
        List<Site> some = new ArrayList<>();
        for (int left = 1 + random.nextInt(Math.min(most, all.size())); left > 0; left--) {
            some.add(all.remove(random.nextInt(all.size())));
        }
        return some;
    }
}
