package dev.mortise.faults.nemesis;

import dev.mortise.faults.traffic.Worker;
import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.ProxyConnection;
import dev.mortise.testkit.resp.RespClient;
import dev.mortise.testkit.resp.RespErrorException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/** One thing that goes wrong and is put right again. */
public enum Mishap {
    /** A worker is killed; another one comes. */
    WORKER_KILL {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            scene.crew().replace(victim);
        }
    },
    /** A worker stands still. */
    WORKER_STOP {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            victim.pause();
            scene.sleep(scene.leases(20, 300));
            victim.resume();
        }
    },
    /** The server ends all connections for commands. */
    CLIENT_KILL_NORMAL {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.server().command("CLIENT", "KILL", "TYPE", "normal");
        }
    },
    /** The server ends all connections for messages. */
    CLIENT_KILL_PUBSUB {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.server().command("CLIENT", "KILL", "TYPE", "pubsub");
        }
    },
    /** All connections end in order, while requests are under way. */
    FIN {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.proxy().closeAll(Close.FIN);
        }
    },
    /** All connections are reset, while requests are under way. */
    RST {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.proxy().closeAll(Close.RST);
        }
    },
    /** All subscribers are cut off, and nobody else. */
    INBOX_RST {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.proxy().closeIf(ProxyConnection::isSubscriber, Close.RST);
        }
    },
    /** Nobody can connect, and those who are connected no longer are. */
    REFUSE {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            scene.proxy().refuse(true);
            scene.proxy().closeAll(Close.RST);
            scene.sleep(scene.leases(10, 150));
            scene.proxy().refuse(false);
        }
    },
    /** Nothing arrives for a while in one direction or both, then everything does. */
    STALL {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            int which = scene.random().nextInt(3);
            if (which != 1) {
                scene.proxy().hold(Direction.TO_SERVER, true);
            }
            if (which != 0) {
                scene.proxy().hold(Direction.TO_CLIENT, true);
            }
            scene.sleep(scene.leases(10, 200));
        }
    },
    /** What is sent is lost for a while in one direction or both, then connections are reset. */
    BLACK_HOLE {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            int which = scene.random().nextInt(3);
            if (which != 1) {
                scene.proxy().blackHole(Direction.TO_SERVER, true);
            }
            if (which != 0) {
                scene.proxy().blackHole(Direction.TO_CLIENT, true);
            }
            scene.sleep(scene.leases(10, 200));
            scene.proxy().heal();
            scene.proxy().closeAll(Close.RST);
        }
    },
    /** Everything takes longer. */
    DELAY {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            Duration most = scene.lease().dividedBy(8);
            scene.proxy()
                    .delay(Direction.TO_SERVER, Duration.ofMillis(scene.random().nextLong(most.toMillis())));
            scene.proxy()
                    .delay(Direction.TO_CLIENT, Duration.ofMillis(scene.random().nextLong(most.toMillis())));
            scene.sleep(scene.leases(50, 200));
        }
    },
    /** Messages are lost, without anybody noticing. */
    DEAF_INBOX {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            scene.proxy().dropMessages(true);
            scene.sleep(scene.leases(50, 200));
        }
    },
    /** The server is killed, and starts again with its data. */
    SERVER_RESTART {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            scene.server().kill();
            scene.sleep(scene.leases(0, 100));
            scene.server().restartWithData();
        }
    },
    /** The server stands still. */
    SERVER_STOP {
        @Override
        void happen(Scene scene, Worker victim) throws InterruptedException {
            scene.server().pause();
            scene.sleep(scene.leases(10, 150));
            scene.server().resume();
        }
    },
    /** The server is busy with something else. */
    DEBUG_SLEEP {
        @Override
        void happen(Scene scene, Worker victim) {
            double seconds = scene.leases(10, 150).toMillis() / 1e3;
            scene.server().command("DEBUG", "SLEEP", Double.toString(seconds));
        }
    },
    /** The server forgets all scripts. */
    SCRIPT_FLUSH {
        @Override
        void happen(Scene scene, Worker victim) {
            scene.server().command("SCRIPT", "FLUSH");
        }
    };

    abstract void happen(Scene scene, Worker victim) throws InterruptedException;

    boolean hitsOneWorker() {
        return this == WORKER_KILL || this == WORKER_STOP;
    }

    /** Blocks until it is over and the server answers again. */
    void runOn(Scene scene, Worker victim) throws InterruptedException {
        try {
            happen(scene, victim);
        } finally {
            scene.proxy().heal();
        }
        try (RespClient redis = scene.server().connect(Duration.ofSeconds(10))) {
            redis.command("PING");
        } catch (UncheckedIOException | RespErrorException e) {
            throw new IllegalStateException("the server is gone after " + this, e);
        }
    }

    /** As in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
