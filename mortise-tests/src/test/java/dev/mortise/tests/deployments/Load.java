package dev.mortise.tests.deployments;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LockTimeoutException;
import dev.mortise.LockUnavailableException;
import dev.mortise.Mortise;
import dev.mortise.tests.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Threads of several clients that use a few locks, while something else goes on. */
final class Load {
    /** Far longer than anybody may have to wait. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(60);

    private static final int THREADS_EACH = 3;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    /** Now and then somebody holds a lock for longer than a lease, so over a failover too. */
    private static final int LONG_USE = 1000;

    private static final int LONG_ONE_OF = 30;

    private final List<Mortise> clients;
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private final Queue<String> problems = new ConcurrentLinkedQueue<>();
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();

    /** Once true stays true. */
    private volatile boolean stopped;

    Load(List<Mortise> clients, List<String> locks) {
        this.clients = clients;
        locks.forEach(lock -> resources.put(lock, new Resource()));
    }

    /** How long such tests take: 8 seconds, or what the property {@code mortise.load.seconds} says. */
    static Duration length() {
        return Duration.ofSeconds(Long.getLong("mortise.load.seconds", 8));
    }

    /** What happens by chance in them: the same each time, or as the property {@code mortise.load.seed} says. */
    static long seed() {
        return Long.getLong("mortise.load.seed", 7);
    }

    /** Makes trouble again and again until the time is over, then waits for everybody. */
    void under(Consumer<Random> trouble) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS_EACH * clients.size(); i++) {
            Random random = new Random(seed() + i);
            Mortise client = clients.get(i % clients.size());
            Thread thread = new Thread(() -> work(client, random), "load-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        Random random = new Random(seed());
        long start = System.nanoTime();
        try {
            do {
                trouble.accept(random);
            } while (System.nanoTime() - start < length().toNanos());
        } finally {
            stopped = true;
            for (Thread thread : threads) {
                thread.join(FORGOTTEN.toMillis());
                if (thread.isAlive()) {
                    problems.add(thread.getName() + " did not end");
                }
            }
        }
        System.out.printf(
                "FIGURES | load | %d uses, %d times unavailable, %s%n",
                uses.get(),
                unavailable.get(),
                resources.values().stream().map(Resource::figures).toList());
    }

    private void work(Mortise client, Random random) {
        List<String> names = List.copyOf(resources.keySet());
        while (!stopped) {
            String name = names.get(random.nextInt(names.size()));
            Resource resource = resources.get(name);
            try (Lease lease = client.lock(name).acquire(AcquireOptions.waitUpTo(FORGOTTEN))) {
                if (resource != null) {
                    use(resource, lease, random);
                }
                uses.incrementAndGet();
            } catch (LockTimeoutException e) {
                problems.add("forgotten: " + e.getMessage());
            } catch (LockUnavailableException e) {
                unavailable.incrementAndGet();
            } catch (InterruptedException | RuntimeException e) {
                problems.add(Thread.currentThread().getName() + ": " + e);
                return;
            }
        }
    }

    private void use(Resource resource, Lease lease, Random random) {
        int steps = random.nextInt(LONG_ONE_OF) == 0 ? random.nextInt(LONG_USE) : 1;
        resource.use(lease, false);
        for (int i = 0; i < steps && !stopped && lease.isValid(); i++) {
            LockSupport.parkNanos(1 + (long) (random.nextDouble() * STEP_NANOS));
            resource.use(lease, false);
        }
    }

    /**
     * Everything that was wrong.
     *
     * @param excludes whether two valid leases at a time are wrong
     */
    List<String> problems(boolean excludes) {
        List<String> all = new ArrayList<>(problems);
        resources.forEach((name, resource) -> {
            for (String fault : excludes ? resource.faults(false) : resource.tokenFaults()) {
                all.add(name + ": " + fault);
            }
        });
        return all;
    }

    /** Everything works afterwards, and the tokens still go up. */
    void usedOnceMore() throws InterruptedException {
        for (Map.Entry<String, Resource> each : resources.entrySet()) {
            for (Mortise client : clients) {
                try (Lease lease = client.lock(each.getKey()).acquire(AcquireOptions.waitUpTo(FORGOTTEN))) {
                    if (lease.fencingToken() <= each.getValue().greatest()) {
                        problems.add(each.getKey() + ": token " + lease.fencingToken() + " after "
                                + each.getValue().greatest());
                    }
                    each.getValue().use(lease, false);
                }
            }
        }
    }
}
