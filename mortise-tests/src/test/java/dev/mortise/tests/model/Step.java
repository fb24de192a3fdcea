package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.admin.StaleKind;
import dev.mortise.internal.store.AcquireRequest;
import dev.mortise.internal.store.ClientRecord;
import dev.mortise.internal.store.ExactHold;
import dev.mortise.internal.store.FoundLeftovers;
import dev.mortise.internal.store.Leftover;
import dev.mortise.internal.store.Remains;
import dev.mortise.internal.store.RenewRequest;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.SingleAuthorityStore;
import dev.mortise.internal.store.Tag;
import dev.mortise.internal.store.VoteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One thing that happens in a sequence. What depends on the past is named, not given, and found in the {@link World}. */
sealed interface Step {
    /** Does it on one side; the world is the same for both. */
    Object run(World world, Side side);

    /** Which ticket or floor a request carries. */
    enum Memory {
        NONE,
        OWN,
        ANY,
        /** A floor that no server has given out; no ticket. */
        STRANGE
    }

    record Acquire(
            int client,
            int lock,
            int lease,
            long permits,
            long leaseMillis,
            boolean queue,
            Memory floor,
            int maxWaiters,
            Memory ticket,
            boolean wrongKind)
            implements Step {
        @Override
        public Object run(World world, Side side) {
            Shape shape = wrongKind ? new Shape(LockKind.SEMAPHORE, 7) : world.shape(lock);
            return side.store(client)
                    .acquire(new AcquireRequest(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            shape,
                            Math.min(permits, shape.capacity()),
                            leaseMillis,
                            queue,
                            world.floor(client, floor),
                            new Tag("owner " + client, "label"),
                            maxWaiters,
                            world.ticket(lock, SequenceSetup.lease(client, lease), ticket, lease)))
                    .join();
        }
    }

    record AcquireAll(int client, int lease, long permits, long leaseMillis, Memory floor) implements Step {
        @Override
        public Object run(World world, Side side) {
            List<AcquireRequest> requests = new ArrayList<>();
            for (int lock = 0; lock < SequenceSetup.LOCKS.size(); lock++) {
                requests.add(new AcquireRequest(
                        SequenceSetup.lock(lock),
                        SequenceSetup.lease(client, lease),
                        world.shape(lock),
                        permits,
                        leaseMillis,
                        false,
                        lock == 0 ? 0 : world.floor(client, floor),
                        new Tag("owner " + client, "all"),
                        100,
                        0));
            }
            return side.store(client).acquireAll(requests).join();
        }
    }

    record Resize(int client, int lock, long capacity) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client).resize(SequenceSetup.lock(lock), capacity).join();
        }
    }

    /** Which token a vote has, or is taken back by. */
    enum Proposal {
        /** Of the client's clock, which is right. */
        CLOCK,
        /** As before. */
        SAME,
        /** The largest that may be used under the one before. */
        USED,
        /** The next after that. */
        NEXT,
        /** As far behind the clock of the node as is refused; of other clients, a little less. */
        BEHIND,
        /** Ahead of the clock. */
        AHEAD,
        /** So far ahead of it that it is refused. */
        STRANGE
    }

    record Vote(
            int client,
            int lock,
            int lease,
            long permits,
            long leaseMillis,
            boolean queue,
            Proposal token,
            int maxWaiters,
            boolean wrongKind)
            implements Step {
        @Override
        public Object run(World world, Side side) {
            Shape shape = wrongKind ? new Shape(LockKind.SEMAPHORE, 7).inQuorum() : world.shape(lock);
            String id = SequenceSetup.lease(client, lease);
            return side.node(client)
                    .vote(new VoteRequest(
                            SequenceSetup.lock(lock),
                            id,
                            shape,
                            Math.min(permits, shape.capacity()),
                            leaseMillis,
                            queue,
                            world.proposal(client, lock, id, token),
                            new Tag("voter " + client, "label"),
                            maxWaiters))
                    .join();
        }
    }

    record Unvote(int client, int lock, int lease, Proposal token) implements Step {
        @Override
        public Object run(World world, Side side) {
            String id = SequenceSetup.lease(client, lease);
            return side.node(client)
                    .unvote(SequenceSetup.lock(lock), id, world.proposal(client, lock, id, token))
                    .join();
        }
    }

    /** The hint may be that of the ticket that does stand at the head of the queue. */
    record Release(int client, int lock, int lease, int hint, int used) implements Step {
        static final int HEAD = -1;

        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .release(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            hint == HEAD ? world.head(lock) : hint,
                            used)
                    .join();
        }
    }

    record Reserve(int client, int lock, int lease, long leaseMillis, long tokens) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .reserve(SequenceSetup.lock(lock), SequenceSetup.lease(client, lease), leaseMillis, tokens)
                    .join();
        }
    }

    record Upgrade(
            int client,
            int lock,
            int lease,
            long leaseMillis,
            boolean queue,
            Memory floor,
            int attempt,
            boolean wrongKind)
            implements Step {
        @Override
        public Object run(World world, Side side) {
            Shape shape = wrongKind ? new Shape(LockKind.SEMAPHORE, 7) : world.shape(lock);
            return side.store(client)
                    .upgrade(new AcquireRequest(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            shape,
                            shape.capacity(),
                            leaseMillis,
                            queue,
                            world.floor(client, floor),
                            new Tag("upgrader " + client, "label"),
                            100,
                            attempt))
                    .join();
        }
    }

    record Downgrade(int client, int lock, int lease, long leaseMillis, Memory floor) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .downgrade(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            leaseMillis,
                            world.floor(client, floor))
                    .join();
        }
    }

    record GiveUp(int client, int lock, int lease, long leaseMillis, Memory floor, int attempt) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .giveUpUpgrade(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            leaseMillis,
                            world.floor(client, floor),
                            attempt)
                    .join();
        }
    }

    /** The token of the new lease is one of the other's block. */
    record Split(int client, int lock, int lease, int other, long leaseMillis, int offset) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .split(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(client, lease),
                            SequenceSetup.lease(client, other),
                            leaseMillis,
                            token(world))
                    .join();
        }

        long token(World world) {
            return world.token(lock, SequenceSetup.lease(client, lease), 1) + offset;
        }
    }

    record Renew(int client, List<Request> requests) implements Step {
        record Request(int lock, int lease, long permits, long leaseMillis, boolean mayShorten) {}

        @Override
        public Object run(World world, Side side) {
            List<RenewRequest> sent = new ArrayList<>();
            for (Request request : requests) {
                String id = SequenceSetup.lease(client, request.lease);
                Shape shape = world.shape(request.lock);
                sent.add(new RenewRequest(
                        SequenceSetup.lock(request.lock),
                        id,
                        request.leaseMillis,
                        request.mayShorten,
                        shape,
                        Math.min(request.permits, shape.capacity()),
                        world.token(request.lock, id, 1000 * (1 + client * 10L + request.lease)),
                        new Tag("renewer", "")));
            }
            return side.store(client).renew(sent).join();
        }
    }

    record Withdraw(int client, int lock, int lease, long tombstoneMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .withdraw(SequenceSetup.lock(lock), SequenceSetup.lease(client, lease), tombstoneMillis)
                    .join();
        }
    }

    record Adopt(int client, int lock, int from, int lease, int adoption, int number, int tokenOffset, long leaseMillis)
            implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .adopt(
                            SequenceSetup.lock(lock),
                            SequenceSetup.lease(from, lease),
                            adoption,
                            SequenceSetup.client(client) + "=" + number,
                            world.token(lock, SequenceSetup.lease(from, lease), 1) + tokenOffset,
                            leaseMillis,
                            new Tag("adopter", ""))
                    .join();
        }
    }

    record Force(int client, int lock, long tombstoneMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .force(SequenceSetup.lock(lock), "because", tombstoneMillis)
                    .join();
        }
    }

    /** Of one hold; {@code tokenOffset} other than 0: the holder has changed meanwhile. */
    record ForceOne(int client, int lock, int from, int lease, int tokenOffset, long tombstoneMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            String id = SequenceSetup.lease(from, lease);
            return side.store(client)
                    .force(
                            SequenceSetup.lock(lock),
                            Optional.of(new ExactHold(id, world.token(lock, id, 1) + tokenOffset)),
                            "because",
                            tombstoneMillis)
                    .join();
        }
    }

    record Collect(int client, int lock, long graceMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            return side.store(client)
                    .collect(SequenceSetup.lock(lock), graceMillis)
                    .join();
        }
    }

    /** What is stale is found, and then a few things are dropped whatever was found. */
    record DropStale(int client, int lock, int from, int lease, long graceMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            String name = SequenceSetup.lock(lock);
            Remains remains = side.store(client).remains();
            FoundLeftovers found = remains.of(name, graceMillis).join();
            // That a key is left over is known to those who keep one.
            List<Leftover> ofLeases = found.stale().stream()
                    .filter(each -> each.kind() != StaleKind.ORPHANED_KEY)
                    .toList();
            List<Leftover> some = Stream.of(StaleKind.WAITER, StaleKind.EXPIRED_LEASE)
                    .flatMap(kind -> Stream.of(SequenceSetup.lease(from, lease), SequenceSetup.lease(client, 0))
                            .map(id -> new Leftover(kind, id, "", new Tag("", ""), 0)))
                    .toList();
            return List.of(
                    ofLeases,
                    found.fresh(),
                    remains.drop(name, some, graceMillis).join());
        }
    }

    record Heartbeat(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            String id = SequenceSetup.client(client);
            SingleAuthorityStore store = side.store(client);
            store.heartbeat(new ClientRecord(id, "host", 7, "name", "1", 5), 864_000_000)
                    .join();
            return store.client(id).join();
        }
    }

    record Farewell(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            SingleAuthorityStore store = side.store(client);
            store.farewell(SequenceSetup.client(client)).join();
            return store.client(SequenceSetup.client(client)).join();
        }
    }

    record Look(int client, int lock) implements Step {
        @Override
        public Object run(World world, Side side) {
            SingleAuthorityStore store = side.store(client);
            return List.of(
                    store.inspect(SequenceSetup.lock(lock)).join(),
                    store.isLocked(SequenceSetup.lock(lock)).join());
        }
    }

    record LoseInbox(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.loseInbox(client);
            return "";
        }
    }

    record Deafen(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.deafen(client);
            return "";
        }
    }

    record Reconnect(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.reconnect(client);
            return "";
        }
    }

    /** The client's process ends without a word, and another begins that knows nothing. */
    record Join(int client) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.join(client);
            return "";
        }
    }

    /** Several, of which only what they lead to is compared; answers what the last one does. */
    record Many(List<Step> steps) implements Step {
        @Override
        public Object run(World world, Side side) {
            Object reply = "";
            for (Step step : steps) {
                reply = step.run(world, side);
            }
            return reply;
        }

        /** The one that says what is answered. */
        Step last() {
            return steps.get(steps.size() - 1);
        }

        @Override
        public String toString() {
            return steps.size() + " times as " + steps.get(0);
        }
    }

    /** A renewal, again while the server says that it is to be asked again. */
    record GoOn(Renew renew) implements Step {
        private static final int MOST = 20;

        @Override
        public Object run(World world, Side side) {
            Object reply = renew.run(world, side);
            for (int i = 0; i < MOST && String.valueOf(reply).contains("MORTISE_LATER"); i++) {
                reply = renew.run(world, side);
            }
            return reply;
        }
    }

    /** The clock moves by so much. */
    record Wait(long millis) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.moveClock(world.micros() + millis * 1000);
            return "";
        }
    }

    /** The clock moves to just before, exactly to or just after the next moment, or the one after, that means anything. */
    record WaitUntil(int which, int offsetMillis) implements Step {
        @Override
        public Object run(World world, Side side) {
            side.moveClock(world.boundary(which, offsetMillis));
            return "";
        }
    }

    /** The data are remembered. */
    record Save() implements Step {
        @Override
        public Object run(World world, Side side) {
            side.save();
            return "";
        }
    }

    /** Another process, with that much of the data; heartbeats survive only with all of them. */
    record Restart(Data data) implements Step {
        enum Data {
            ALL,
            SAVED,
            NONE
        }

        @Override
        public Object run(World world, Side side) {
            side.restart(data);
            return "";
        }
    }
}
