package dev.mortise.testkit.process;

import dev.mortise.AcquireOptions;
import dev.mortise.Lease;
import dev.mortise.LeaseTicket;
import dev.mortise.Mortise;
import dev.mortise.Owner;
import dev.mortise.Renewal;
import dev.mortise.redis.RedisMortise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the other JVM can be told. A lease stays known by its lock's name when it has ended. Thread-safe. */
final class AgentCommands {
    private final Map<String, Lease> leases = new ConcurrentHashMap<>();
    private volatile @Nullable Mortise mortise; // written by the first command, which the parent waits for

    String run(AgentLine command) throws InterruptedException {
        switch (command.word(0)) {
            case "connect" -> mortise = connect(command.word(1), Duration.parse(command.word(2)));
            case "acquire" -> {
                return keep(mortise().lock(command.word(1)).acquire(options(command)));
            }
            case "acquireAs" -> {
                AcquireOptions options = options(command).owner(Owner.of(command.word(4)));
                return keep(mortise().lock(command.word(1)).acquire(options));
            }
            case "read" -> {
                return keep(mortise().readWriteLock(command.word(1)).readLock().acquire(options(command)));
            }
            case "adopt" -> {
                return keep(mortise().adopt(LeaseTicket.decode(command.word(1))));
            }
            case "release" -> {
                return lease(command.word(1)).release().name();
            }
            case "detach" -> {
                return lease(command.word(1)).detach().encode();
            }
            case "valid" -> {
                return Boolean.toString(lease(command.word(1)).isValid());
            }
            case "token" -> {
                return Long.toString(lease(command.word(1)).fencingToken());
            }
            case "close" -> mortise().close();
            default -> throw new IllegalArgumentException("unknown command " + command.word(0));
        }
        return "";
    }

    private static Mortise connect(String uri, Duration commandTimeout) {
        return commandTimeout.isZero()
                ? RedisMortise.connect(uri)
                : RedisMortise.builder().uri(uri).commandTimeout(commandTimeout).build();
    }

    private static AcquireOptions options(AgentLine command) {
        Duration lease = Duration.parse(command.word(2));
        AcquireOptions options = AcquireOptions.defaults().renewal(Renewal.valueOf(command.word(3)));
        return lease.isZero() ? options : options.lease(lease);
    }

    private String keep(Lease lease) {
        leases.put(lease.lockName(), lease);
        return Long.toString(lease.fencingToken());
    }

    private Lease lease(String name) {
        Lease lease = leases.get(name);
        if (lease == null) {
            throw new IllegalStateException("this JVM never had " + name);
        }
        return lease;
    }

    private Mortise mortise() {
        Mortise connected = mortise;
        if (connected == null) {
            throw new IllegalStateException("not connected");
        }
        return connected;
    }
}
