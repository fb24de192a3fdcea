package dev.mortise.internal.client;

import dev.mortise.ClientStatus;
import dev.mortise.ClientStatus.Counters;
import dev.mortise.ClientStatus.Deployment;
import dev.mortise.ClientStatus.LastRenewal;
import dev.mortise.ClientStatus.Server;
import dev.mortise.internal.acquire.WaiterRegistry;
import dev.mortise.internal.lease.Counts;
import dev.mortise.internal.lease.LeaseRegistry;
import dev.mortise.internal.runtime.Time;
import dev.mortise.internal.store.Contact;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.LockStore;
import dev.mortise.internal.store.StoreStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** How a client is, out of its registers and counters. Asks no server, changes nothing, never blocks. Stateless. */
record StatusReport(
        LockStore store, Time time, Contact contact, LeaseRegistry registry, WaiterRegistry waits, Counts counts) {
    ClientStatus now() {
        StoreStatus servers = store.known();
        Contact.View view = contact.view();
        long[] holds = registry.live().mapToLong(lease -> lease.grantedAt()).toArray();
        long[] waiting =
                waits.all().stream().mapToLong(waiter -> waiter.began()).toArray();
        long now = time.nanos();
        Contact.Answer last = view.last();
        Contact.Answer renewal = view.renewal();
        return new ClientStatus(
                servers.deployment(),
                servers(servers, view),
                view.isReachable(),
                Duration.ofNanos(now - view.sinceNanos()),
                last == null ? Optional.empty() : Optional.of(Duration.ofNanos(now - last.atNanos())),
                Duration.ofNanos(last == null ? 0 : last.roundTripNanos()),
                view.lastError(),
                servers.isHeard(),
                renewal == null
                        ? Optional.empty()
                        : Optional.of(new LastRenewal(
                                Duration.ofNanos(now - renewal.atNanos()), Duration.ofNanos(renewal.roundTripNanos()))),
                holds.length,
                waiting.length,
                oldest(holds, now),
                oldest(waiting, now),
                new Counters(
                        counts.acquired(), counts.released(), counts.lost(), counts.leaked(), counts.notAcquired()));
    }

    /** Where there is one server, the last answer tells how it is. */
    private static List<Server> servers(StoreStatus servers, Contact.View view) {
        boolean isOne = servers.deployment() != Deployment.CLUSTER && servers.deployment() != Deployment.QUORUM;
        Contact.Answer last = view.last();
        return servers.servers().stream()
                .map(server -> isOne
                        ? new KnownServer(
                                server.address(),
                                server.version(),
                                view.isReachable(),
                                last == null ? 0 : last.roundTripNanos(),
                                server.lastError().isEmpty() && !view.isReachable()
                                        ? view.lastError()
                                        : server.lastError())
                        : server)
                .map(server -> new Server(
                        server.address(),
                        server.version(),
                        server.isReachable(),
                        Duration.ofNanos(server.latencyNanos()),
                        server.lastError()))
                .toList();
    }

    private static Duration oldest(long[] beginnings, long now) {
        return Duration.ofNanos(
                LongStream.of(beginnings).map(began -> now - began).max().orElse(0));
    }
}
