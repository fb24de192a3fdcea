package dev.mortise.tests.world;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.LockException;
import dev.mortise.LockKind;
import dev.mortise.Renewal;
import dev.mortise.internal.client.ClientConfig;
import dev.mortise.internal.client.LockClient;
import dev.mortise.internal.store.Shape;
import dev.mortise.tests.world.Holds.Held;
import dev.mortise.tests.world.Wire.Manners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client of a {@link ServerWorld}: what it wants and has, and what happens to it. */
@SuppressWarnings("CollectionUndefinedEquality") // futures are what they are, and nothing else is equal
final class Client {
    static final String LOCK = "lock";

    private static final Duration LEASE = Duration.ofSeconds(4);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** A message may come when the claim that it speaks of is long over. */
    private static final Manners MANNERS = new Manners(
            TimeUnit.MILLISECONDS.toNanos(3),
            TimeUnit.MILLISECONDS.toNanos(2_000),
            TimeUnit.MILLISECONDS.toNanos(4_000),
            Set.of("acquire", "renew", "release", "withdraw", "reserve", "downgrade", "upgrade"));

    private static final int MOST_WISHES = 3;

    private final ServerWorld world;
    private final int number;
    private final WorldSetup setup;
    private final ClientTime clock;
    private final Wire wire;
    private final LockClient client;
    private final List<CompletableFuture<?>> wanted = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private boolean gone;
    private int calls;

    /** @param rate how fast its clock goes */
    Client(ServerWorld world, int number, WorldSetup setup, double rate) {
        this.world = world;
        this.number = number;
        this.setup = setup;
        this.clock = new ClientTime(world.time, 0, rate);
        this.wire = new Wire(world.server, clock, world.random, setup.quiet(), MANNERS);
        ClientConfig config = new ClientConfig(
                "client" + number,
                LEASE,
                TIMEOUT,
                10_000,
                setup.quiet(),
                setup.localHandOff() ? ClientConfig.MOST_HAND_OFFS : 0,
                ClientConfig.LONGEST_HAND_OFFS);
        client = LockClient.open(wire.authority(), clock, config, null);
        wire.begin();
        wire.trouble(trouble(world.random));
    }

    private double trouble(Random random) {
        return random.nextInt(5) * (setup.brief() ? 0.12 : 0.08);
    }

    /** Who still waits, for a lock or for the end of a call. */
    int waiting() {
        return gone ? 0 : wanted.size() + calls;
    }

    /** Whether nothing but the heartbeat is left to do. */
    boolean isIdle() {
        return gone || client.queues() == 0 && clock.timers() <= 1;
    }

    void happens(Event event) {
        if (gone) {
            return;
        }
        Random choice = new Random(event.choice());
        switch (event.kind()) {
            case ACQUIRE -> acquire(choice);
            case RELEASE -> some(choice).ifPresent(one -> one.lease().releaseAsync());
            case LEAVE -> List.copyOf(wanted).forEach(future -> future.cancel(false));
            case EXTEND ->
                change(choice, one -> {
                    one.lease().extend(Duration.ofMillis(1_500 + choice.nextLong(6_000)));
                    return null;
                });
            case ENSURE ->
                change(choice, one -> {
                    one.lease().ensure(Duration.ofMillis(1 + choice.nextLong(1_500)));
                    return null;
                });
            case DETACH ->
                change(choice, one -> {
                    world.tickets.add(one.lease().detach());
                    return null;
                });
            case ADOPT -> adopt(choice);
            case UPGRADE ->
                change(choice, one -> {
                    if (setup.kind() != LockKind.READ_WRITE || one.permits() > 1) {
                        return null;
                    }
                    AcquireOptions wait = AcquireOptions.waitUpTo(Duration.ofMillis(1 + choice.nextLong(3_000)));
                    return new Held(client.readWriteLock(LOCK).upgrade(one.lease(), wait), Shape.MAX, number);
                });
            case DOWNGRADE ->
                change(choice, one -> {
                    if (setup.kind() != LockKind.READ_WRITE || one.permits() == 1) {
                        return null;
                    }
                    return new Held(client.readWriteLock(LOCK).downgrade(one.lease()), 1, number);
                });
            case DISCONNECT -> wire.store().disconnect();
            case RECONNECT -> wire.store().reconnect();
            case LOSE_INBOX -> wire.store().loseInbox();
            case TROUBLE -> wire.trouble(trouble(choice));
            case SILENCE -> {
                // Hardly anything gets through for a while; what does may come when all is well again.
                wire.trouble(0.9);
                world.time.schedule(TimeUnit.MILLISECONDS.toNanos(choice.nextLong(2_000)), () -> wire.trouble(0));
            }
            case FREEZE -> {
                clock.freeze();
                world.time.schedule(TimeUnit.MILLISECONDS.toNanos(choice.nextLong(9_000)), clock::thaw);
            }
            case KILL -> {
                if (number > 0 && calls == 0 && choice.nextInt(4) == 0) {
                    gone = true;
                    clock.close();
                    wire.cut();
                }
            }
            case CLOSE -> {
                if (number > 0 && choice.nextInt(4) == 0) {
                    calls++;
                    world.turns.start(
                            () -> {
                                client.close();
                                return "";
                            },
                            (closed, failure) -> gone = true);
                }
            }
            default -> throw new IllegalArgumentException("not to a client: " + event);
        }
    }

    /** All is whole from now on. */
    void heal() {
        clock.thaw();
        if (!gone) {
            wire.trouble(0);
            wire.store().reconnect();
        }
    }

    /** Nothing that it was given is kept. */
    void letGo() {
        if (!gone) {
            List.copyOf(held).forEach(one -> one.lease().releaseAsync());
        }
    }

    /** Acquires the lock and releases it. */
    void uses() {
        wanted.clear();
        CompletableFuture<Lease> future =
                ask(setup.kind() == LockKind.READ_WRITE ? Shape.MAX : 1, AcquireOptions.defaults());
        wanted.add(future);
        future.thenAccept(lease -> {
            wanted.remove(future);
            lease.releaseAsync();
        });
    }

    private void acquire(Random choice) {
        if (gone || wanted.size() >= MOST_WISHES) {
            return;
        }
        AcquireOptions how = switch (choice.nextInt(6)) {
            case 0 -> AcquireOptions.noWait();
            case 1, 2 -> AcquireOptions.waitUpTo(Duration.ofMillis(1 + choice.nextLong(5_000)));
            default -> AcquireOptions.defaults();
        };
        how = switch (setup.brief() && choice.nextInt(4) > 0 ? 0 : choice.nextInt(6)) {
            case 0 -> how.lease(Duration.ofMillis(100 + choice.nextLong(200))).renewal(Renewal.OFF);
            case 1 -> how.lease(Duration.ofMillis(100 + choice.nextLong(3_000))).renewal(Renewal.OFF);
            case 2 -> how.lease(Duration.ofMillis(1_500 + choice.nextLong(6_500)));
            case 3 -> how.maxHold(Duration.ofMillis(500 + choice.nextLong(8_000)));
            default -> how;
        };
        long permits = permits(choice);
        long hold = choice.nextInt(5) == 0 ? choice.nextLong(12_000) : choice.nextLong(80);
        CompletableFuture<Lease> future;
        try {
            future = ask(permits, how);
        } catch (IllegalStateException closed) {
            return;
        }
        wanted.add(future);
        future.whenComplete((lease, failure) -> {
            wanted.remove(future);
            if (failure == null && !gone) {
                world.given(new Held(lease, permits, number));
                keep(new Held(lease, permits, number), hold);
            }
        });
    }

    private long permits(Random choice) {
        return switch (setup.kind()) {
            case MUTEX -> Shape.MUTEX.capacity();
            case READ_WRITE -> choice.nextInt(3) == 0 ? Shape.MAX : 1;
            case SEMAPHORE -> 1 + choice.nextInt(setup.capacity());
        };
    }

    private CompletableFuture<Lease> ask(long permits, AcquireOptions how) {
        return switch (setup.kind()) {
            case MUTEX -> client.lock(LOCK).acquireAsync(how);
            case READ_WRITE ->
                permits == 1
                        ? client.readWriteLock(LOCK).readLock().acquireAsync(how)
                        : client.readWriteLock(LOCK).writeLock().acquireAsync(how);
            case SEMAPHORE -> client.semaphore(LOCK, setup.capacity()).acquireAsync((int) permits, how);
        };
    }

    private void keep(Held one, long holdMillis) {
        held.removeIf(other -> !other.lease().isValid());
        held.add(one);
        clock.schedule(
                TimeUnit.MILLISECONDS.toNanos(holdMillis), () -> one.lease().releaseAsync());
    }

    private Optional<Held> some(Random choice) {
        held.removeIf(other -> !other.lease().isValid());
        return held.isEmpty() ? Optional.empty() : Optional.of(held.get(choice.nextInt(held.size())));
    }

    /** A call that changes a lease, and may answer another one that takes its place. */
    private void change(Random choice, Change change) {
        long hold = choice.nextLong(3_000);
        some(choice)
                .ifPresent(one -> call(() -> change.of(one), next -> {
                    world.given(next);
                    keep(next, hold);
                }));
    }

    private void adopt(Random choice) {
        if (world.tickets.isEmpty()) {
            return;
        }
        // Some are tried twice.
        int which = choice.nextInt(world.tickets.size());
        LeaseTicket ticket = choice.nextInt(3) == 0 ? world.tickets.get(which) : world.tickets.remove(which);
        long hold = choice.nextLong(3_000);
        call(() -> new Held(client.adopt(ticket), ticket.permits(), number), next -> {
            world.adopted(next);
            keep(next, hold);
        });
    }

    private void call(Callable<@Nullable Held> what, Consumer<Held> then) {
        calls++;
        world.turns.start(what, (next, failure) -> {
            calls--;
            if (next != null) {
                then.accept(next);
            } else if (failure != null && !isExpected(failure)) {
                world.failed(failure);
            }
        });
    }

    private static boolean isExpected(Throwable failure) {
        return failure instanceof LockException
                || failure instanceof IllegalStateException
                || failure instanceof IllegalArgumentException;
    }

    private interface Change {
        @Nullable
        Held of(Held held) throws Exception;
    }
}
