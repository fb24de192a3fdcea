package dev.mortise.benchmarks;

import dev.mortise.benchmarks.rival.Contender;
import dev.mortise.benchmarks.rival.ReadWriteRival;
import dev.mortise.benchmarks.rival.Rival;
import dev.mortise.benchmarks.rival.RivalLease;
import dev.mortise.benchmarks.rival.SemaphoreRival;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done while the server is watched.
 *
 * @param contenders who can do it
 * @param opening connects clients to a server and begins
 */
record ServerSetting(String name, List<Contender> contenders, Opening opening) {
    static final String ALONE = "alone";
    static final String IN_TURN = "in turn, 1 waiter";

    /** Of a lock. What has a token more than Redisson's plain lock costs the server little more than that. */
    private static final List<Contender> LOCKS = List.of(
            Contender.MORTISE, Contender.REDISSON, Contender.REDISSON_FAIR, Contender.SPRING, Contender.LETTUCE);

    private static final List<Contender> IN_ORDER = List.of(Contender.MORTISE, Contender.REDISSON_FAIR);
    private static final List<Contender> OF_MANY_KINDS = List.of(Contender.MORTISE, Contender.REDISSON);
    private static final int PERMITS = 10;

    /** One client of Redisson takes 250 subscriptions, and its fair lock takes one for each thread that waits. */
    private static final int THREADS_OF_A_CLIENT = 200;

    interface Opening {
        Cycle open(Contender contender, String uri) throws InterruptedException;
    }

    static List<ServerSetting> all(Scale scale) {
        List<ServerSetting> all = new ArrayList<>();
        all.add(new ServerSetting(ALONE, LOCKS, ServerSetting::alone));
        all.add(new ServerSetting(IN_TURN, LOCKS, (contender, uri) -> inTurn(contender, uri, 1)));
        for (int waiters : scale.queues()) {
            all.add(new ServerSetting(queue(waiters), IN_ORDER, (contender, uri) -> inTurn(contender, uri, waiters)));
        }
        all.add(new ServerSetting("reader next to another", OF_MANY_KINDS, ServerSetting::readers));
        all.add(new ServerSetting("permit next to another", OF_MANY_KINDS, ServerSetting::permits));
        RivalLease kept = new RivalLease(scale.keptLease(), true);
        for (int leases : List.of(1, scale.leases() / 10)) {
            all.add(new ServerSetting(
                    "renewal, " + leases + (leases == 1 ? " lease" : " leases"),
                    OF_MANY_KINDS,
                    (contender, uri) -> new Keeping(contender.connect(uri, kept), leases, kept.lease())));
        }
        return all;
    }

    static String queue(int waiters) {
        return "in turn, " + waiters + " waiters";
    }

    private static Cycle alone(Contender contender, String uri) {
        Rival client = contender.connect(uri, RivalLease.USUAL);
        return Beside.nobody(client::lock, client::close);
    }

    private static Cycle inTurn(Contender contender, String uri, int waiters) throws InterruptedException {
        List<Rival> clients = new ArrayList<>();
        for (int i = 0; i < Math.max(2, 1 + waiters / THREADS_OF_A_CLIENT); i++) {
            clients.add(contender.connectInOrder(uri, RivalLease.USUAL));
        }
        return new InTurn(clients, waiters);
    }

    private static Cycle readers(Contender contender, String uri) throws InterruptedException {
        ReadWriteRival client = contender.connectReadWrite(uri, RivalLease.USUAL);
        ReadWriteRival other = contender.connectReadWrite(uri, RivalLease.USUAL);
        return Beside.another(client::readLock, other::readLock, () -> {
            client.close();
            other.close();
        });
    }

    private static Cycle permits(Contender contender, String uri) throws InterruptedException {
        SemaphoreRival client = contender.connectSemaphore(uri, RivalLease.USUAL);
        SemaphoreRival other = contender.connectSemaphore(uri, RivalLease.USUAL);
        return Beside.another(name -> client.permit(name, PERMITS), name -> other.permit(name, PERMITS), () -> {
            client.close();
            other.close();
        });
    }
}
