package dev.mortise;

import dev.mortise.LockEvent.NotAcquired.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How one client is at one moment, from what it knows itself: nothing is asked of a server. For health checks, metrics and
 * consoles. Each figure is exact, and is read without stopping the client; so two of them may be a moment apart.
 *
 * <p>Durations that tell an age count to the moment of this status.
 *
 * @param deployment what the client talks to
 * @param servers those it talks to, as far as it knows them: the one server, the masters of a Cluster, or the nodes of a quorum
 * @param isReachable whether the last request was answered: a heartbeat (every 10 s), a renewal, or an acquire. In a Cluster
 *     that is about the master that was asked last, {@code servers} tells of each. A quorum is reachable when a majority is
 * @param unchangedFor for how long that has been so
 * @param lastAnswer how long ago the last heartbeat or renewal was answered; empty before the first answer
 * @param roundTrip how long that answer took; zero before the first
 * @param lastError why the last request that failed got no answer, also when the server is reachable again; empty if none failed
 * @param isInboxHeard whether messages of the server arrive. Without them waiters still get their turn, by asking again
 * @param lastRenewal the last renewal that was answered; empty when nothing was renewed so far
 * @param held how many leases this client has now, each lock of an {@code allOf} by itself
 * @param waiting how many acquires wait or ask now, in this client's own queues too
 * @param oldestHold how long the oldest of these leases has been held; zero when there is none
 * @param oldestWait how long the oldest of these acquires has lasted; zero when there is none
 * @param counters what has happened since the client was opened
 */
public record ClientStatus(
        Deployment deployment,
        List<Server> servers,
        boolean isReachable,
        Duration unchangedFor,
        Optional<Duration> lastAnswer,
        Duration roundTrip,
        String lastError,
        boolean isInboxHeard,
        Optional<LastRenewal> lastRenewal,
        int held,
        int waiting,
        Duration oldestHold,
        Duration oldestWait,
        Counters counters) {
    /** Copies the list. */
    public ClientStatus {
        servers = List.copyOf(servers);
    }

    /** What a client talks to. */
    public enum Deployment {
        /** One server, or what a shared client leads to. */
        STANDALONE,
        /** The master that sentinels name. */
        SENTINEL,
        /** The masters of a Redis or Valkey Cluster. */
        CLUSTER,
        /** Independent masters that decide by majority. */
        QUORUM,
        /** No server: a stand-in for tests. */
        IN_MEMORY
    }

    /**
     * One server.
     *
     * @param address host and port or path, without user and password
     * @param version such as {@code Redis 7.0.15}; empty where it is not known
     * @param isReachable what its last answer, or the last attempt to connect, said
     * @param roundTrip how long its last answer took; zero where that is not known
     * @param lastError why it could not be reached; empty where there is no reason to tell
     */
    public record Server(String address, String version, boolean isReachable, Duration roundTrip, String lastError) {}

    /**
     * One renewal, of up to 100 leases.
     *
     * @param ago how long ago it was answered
     * @param roundTrip how long the answer took
     */
    public record LastRenewal(Duration ago, Duration roundTrip) {}

    /**
     * How often something has happened since the client was opened. Each is counted before the caller goes on. With {@code
     * allOf} each lock counts. None of them ever falls.
     *
     * @param acquired leases that were granted, by an upgrade too
     * @param released leases that their holder gave back
     * @param lost leases that ended otherwise; see {@link Lease#lost}
     * @param leaked leases that were dropped without being released, and then released by this client
     * @param notAcquired acquires that ended without a lease, by reason; each reason is there
     */
    public record Counters(long acquired, long released, long lost, long leaked, Map<Reason, Long> notAcquired) {
        /** Copies the map. */
        public Counters {
            notAcquired = Map.copyOf(notAcquired);
        }

        /** Acquires that were refused at once or waited in vain. */
        public long timedOut() {
            return notAcquired.getOrDefault(Reason.TIMEOUT, 0L);
        }
    }
}
