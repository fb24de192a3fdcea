package dev.mortise.faults.nemesis;

import dev.mortise.testkit.proxy.Close;
import dev.mortise.testkit.proxy.Direction;
import dev.mortise.testkit.proxy.FaultProxy;
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
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            scene.crew().replace(target.worker());
        }
    },
    /** A worker stands still. */
    WORKER_STOP {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            target.worker().pause();
            scene.sleep(scene.leases(20, 300));
            target.worker().resume();
        }
    },
    /** The server ends all connections for commands. */
    CLIENT_KILL_NORMAL {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.server().command("CLIENT", "KILL", "TYPE", "normal");
        }
    },
    /** The server ends all connections for messages. */
    CLIENT_KILL_PUBSUB {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.server().command("CLIENT", "KILL", "TYPE", "pubsub");
        }
    },
    /** All connections end in order, while requests are under way. */
    FIN {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.proxies(proxy -> proxy.closeAll(Close.FIN));
        }
    },
    /** All connections are reset, while requests are under way. */
    RST {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.proxies(proxy -> proxy.closeAll(Close.RST));
        }
    },
    /** All subscribers are cut off, and nobody else. */
    INBOX_RST {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.proxies(proxy -> proxy.closeIf(ProxyConnection::isSubscriber, Close.RST));
        }
    },
    /** Nobody can connect, and those who are connected no longer are. */
    REFUSE {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            target.proxies(proxy -> proxy.refuse(true));
            target.proxies(proxy -> proxy.closeAll(Close.RST));
            scene.sleep(scene.leases(10, 150));
            target.proxies(proxy -> proxy.refuse(false));
        }
    },
    /** Nothing arrives for a while in one direction or both, then everything does. */
    STALL {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            int which = scene.random().nextInt(3);
            if (which != 1) {
                target.proxies(proxy -> proxy.hold(Direction.TO_SERVER, true));
            }
            if (which != 0) {
                target.proxies(proxy -> proxy.hold(Direction.TO_CLIENT, true));
            }
            scene.sleep(scene.leases(10, 200));
        }
    },
    /** What is sent is lost for a while in one direction or both, then connections are reset. */
    BLACK_HOLE {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            int which = scene.random().nextInt(3);
            if (which != 1) {
                target.proxies(proxy -> proxy.blackHole(Direction.TO_SERVER, true));
            }
            if (which != 0) {
                target.proxies(proxy -> proxy.blackHole(Direction.TO_CLIENT, true));
            }
            scene.sleep(scene.leases(10, 200));
            target.proxies(proxy -> proxy.heal());
            target.proxies(proxy -> proxy.closeAll(Close.RST));
        }
    },
    /** Everything takes longer. */
    DELAY {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            Duration most = scene.lease().dividedBy(8);
            Duration there = Duration.ofMillis(scene.random().nextLong(most.toMillis()));
            Duration back = Duration.ofMillis(scene.random().nextLong(most.toMillis()));
            target.proxies(proxy -> proxy.delay(Direction.TO_SERVER, there));
            target.proxies(proxy -> proxy.delay(Direction.TO_CLIENT, back));
            scene.sleep(scene.leases(50, 200));
        }
    },
    /** Messages are lost, without anybody noticing. */
    DEAF_INBOX {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            target.proxies(proxy -> proxy.dropMessages(true));
            scene.sleep(scene.leases(50, 200));
        }
    },
    /** The server is killed, and starts again with its data. */
    SERVER_RESTART {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            target.server().kill();
            scene.sleep(scene.leases(0, 100));
            target.server().restartWithData();
        }
    },
    /** The server stands still. */
    SERVER_STOP {
        @Override
        void happen(Scene scene, FaultTarget target) throws InterruptedException {
            target.server().pause();
            scene.sleep(scene.leases(10, 150));
            target.server().resume();
        }
    },
    /** The server is busy with something else. */
    DEBUG_SLEEP {
        @Override
        void happen(Scene scene, FaultTarget target) {
            double seconds = scene.leases(10, 150).toMillis() / 1e3;
            target.server().command("DEBUG", "SLEEP", Double.toString(seconds));
        }
    },
    /** The server forgets all scripts. */
    SCRIPT_FLUSH {
        @Override
        void happen(Scene scene, FaultTarget target) {
            target.server().command("SCRIPT", "FLUSH");
        }
    };

    abstract void happen(Scene scene, FaultTarget target) throws InterruptedException;

    boolean hitsOneWorker() {
        return this == WORKER_KILL || this == WORKER_STOP;
    }

    boolean hitsOneServer() {
        return this == CLIENT_KILL_NORMAL
                || this == CLIENT_KILL_PUBSUB
                || this == SERVER_RESTART
                || this == SERVER_STOP
                || this == DEBUG_SLEEP
                || this == SCRIPT_FLUSH;
    }

    /** Blocks until it is over and the servers answer again. */
    void runOn(Scene scene, FaultTarget target) throws InterruptedException {
        try {
            happen(scene, target);
        } finally {
            target.proxies(FaultProxy::heal);
        }
        try (RespClient redis = target.server().connect(Duration.ofSeconds(10))) {
            redis.command("PING");
        } catch (UncheckedIOException | RespErrorException e) {
            throw new IllegalStateException("the server is gone after " + this, e);
        }
        if (hitsOneServer()) {
            scene.place().settle();
        }
    }

    /** As in reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
