package dev.mortise.internal.diagnosis;

import dev.mortise.admin.Diagnosis.Finding;
import dev.mortise.internal.diagnosis.ServerProbe.SentinelView;
import dev.mortise.internal.diagnosis.ServerProbe.SlowCommand;
import dev.mortise.internal.store.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at one server. Never blocks; nothing that it may not ask, or gets no answer to, fails the whole. */
public final class ServerDiagnosis {
    /*
     * Overview. First the server is asked for what every user may ask: its clock, by which it is known whether it answers at
     * all. If it does not, that is the one finding. Then all other questions are sent together. What comes of each becomes a
     * part: its value, or what kept it from being looked at. The parts are judged in one place, when all are there.
     */
    /** So many commands that took long are looked at. */
    private static final int SLOW = 64;

    private final ServerProbe probe;
    private final Setup setup;
    private final Map<String, String> scripts;
    private final ServerReport report;
    private final List<Unseen> unseen = new ArrayList<>();

    /** Written once, before the findings are there. */
    private volatile String version = "";

    /** @param scripts names of our scripts, by digest */
    public ServerDiagnosis(ServerProbe probe, Setup setup, Map<String, String> scripts) {
        this.probe = probe;
        this.setup = setup;
        this.scripts = scripts;
        this.report = new ServerReport(probe.server());
    }

    /** Asks and judges; to be called once. Never fails. */
    public CompletableFuture<List<Finding>> findings() {
        return part("TIME", "+time", probe::clock).thenCompose(clock -> {
            if (clock.failure != null && !clock.failure.isRight()) {
                report.error(
                        "server.unreachable",
                        "The server could not be asked: " + clock.failure.reason(),
                        "Look whether it runs and can be reached from here");
                return CompletableFuture.completedFuture(report.findings());
            }
            if (clock.value != null) {
                ServerJudge.clock(clock.value, setup, report);
            }
            return look();
        });
    }

    /** Once the findings are there: its version; "" where it did not tell. */
    public String version() {
        return version;
    }

    private CompletableFuture<List<Finding>> look() {
        CompletableFuture<Part<InfoText>> server = info("server");
        CompletableFuture<Part<InfoText>> memory = info("memory");
        CompletableFuture<Part<InfoText>> persistence = info("persistence");
        CompletableFuture<Part<InfoText>> replication = info("replication");
        CompletableFuture<Part<Map<String, String>>> settings =
                part("CONFIG GET", "+config|get", () -> probe.settings(settingNames()));
        CompletableFuture<Part<List<SlowCommand>>> slow =
                part("SLOWLOG GET", "+slowlog|get", () -> probe.slowCommands(SLOW));
        CompletableFuture<Part<List<SentinelView>>> sentinels =
                part("SENTINEL MASTER", "+sentinel|master", probe::sentinels);
        return CompletableFuture.allOf(server, memory, persistence, replication, settings, slow, sentinels)
                .thenApply(all -> {
                    Map<String, String> known = value(settings);
                    Map<String, String> set = known == null ? Map.of() : known;
                    judge(server, info -> {
                        version = info.version();
                        ServerJudge.judge(info, setup, report);
                    });
                    judge(memory, info -> MemoryJudge.judge(info, report));
                    judge(persistence, info -> PersistenceJudge.judge(info, set, setup, report));
                    judge(replication, info -> {
                        ReplicationJudge.replicas(info, setup, report);
                        ReplicationJudge.isolated(
                                info,
                                set.getOrDefault("min-replicas-to-write", ""),
                                set.getOrDefault("min-replicas-max-lag", ""),
                                setup,
                                report);
                    });
                    judge(settings, limits -> LimitsJudge.judge(limits, setup, report));
                    judge(slow, commands -> SlowScriptsJudge.judge(commands, scripts, setup, report));
                    judge(sentinels, views -> SentinelJudge.judge(views, report));
                    Unseen.report(unseen, report);
                    return report.findings();
                });
    }

    /** What the Cluster that the server belongs to looks like from there; empty when it could not be asked. Never fails. */
    public static CompletableFuture<List<Finding>> cluster(ServerProbe probe) {
        return Failure.or(probe::clusterNodes).handle((nodes, failure) -> {
            if (failure == null) {
                return nodes.isEmpty() ? List.of() : ClusterJudge.judge(nodes);
            }
            return unseen("", "CLUSTER NODES", "+cluster|nodes", failure);
        });
    }

    /**
     * That a command told nothing.
     *
     * @param server "" = it is about all of them
     * @param right what gives it, as {@code ACL SETUSER} takes it
     */
    public static List<Finding> unseen(String server, String command, String right, Throwable failure) {
        ServerReport report = new ServerReport(server);
        Unseen.report(List.of(Unseen.of(command, right, failure)), report);
        return report.findings();
    }

    private static List<String> settingNames() {
        List<String> names = new ArrayList<>(LimitsJudge.SETTINGS);
        names.addAll(List.of(
                "save", "appendfsync", "stop-writes-on-bgsave-error", "min-replicas-to-write", "min-replicas-max-lag"));
        return names;
    }

    private CompletableFuture<Part<InfoText>> info(String section) {
        return part("INFO", "+info", () -> probe.info(section).thenApply(InfoText::new));
    }

    private static <T> CompletableFuture<Part<T>> part(
            String command, String right, Supplier<CompletableFuture<T>> question) {
        return Failure.or(question)
                .handle((value, failure) -> failure == null
                        ? new Part<T>(value, null)
                        : new Part<T>(null, Unseen.of(command, right, failure)));
    }

    private <T> void judge(CompletableFuture<Part<T>> asked, Consumer<T> judge) {
        Part<T> part = asked.getNow(null);
        if (part.failure != null) {
            unseen.add(part.failure);
        } else if (part.value != null) {
            judge.accept(part.value);
        }
    }

    private static <T> @Nullable T value(CompletableFuture<Part<T>> asked) {
        return asked.getNow(null).value;
    }

    /** What came of one question. */
    private record Part<T>(@Nullable T value, @Nullable Unseen failure) {}
}
