package dev.mortise.faults.nemesis;

import dev.mortise.faults.check.FaultSpan;
import dev.mortise.faults.traffic.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lets one thing after the other go wrong, with time to recover in between. One thread calls. */
public final class Nemesis {
    private final Scene scene;
    private final List<Mishap> kinds;
    private final Consumer<String> progress;
    private final List<FaultSpan> spans = new ArrayList<>();

    public Nemesis(Scene scene, List<Mishap> kinds, Consumer<String> progress) {
        this.scene = scene;
        this.kinds = List.copyOf(kinds);
        this.progress = progress;
    }

    /** Blocks for about so long; every kind comes once before any comes again. */
    public void strikeFor(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Mishap> next = new ArrayList<>();
        while (System.nanoTime() < end) {
            if (next.isEmpty()) {
                next.addAll(kinds);
            }
            strike(next.remove(scene.random().nextInt(next.size())));
        }
    }

    private void strike(Mishap mishap) throws InterruptedException {
        Worker victim = scene.crew().any();
        FaultTarget target = new FaultTarget(scene.some(mishap.hitsOneServer() ? 1 : Integer.MAX_VALUE), victim);
        long began = System.nanoTime();
        mishap.runOn(scene, target);
        long healed = System.nanoTime();
        String where = mishap.hitsOneWorker()
                ? ", " + victim.name()
                : scene.place().sites().size() > 1 ? ", " + target.sites().size() + " servers" : "";
        String detail = (healed - began) / 1_000_000 + " ms" + where;
        progress.accept(mishap + " " + detail);
        scene.sleep(scene.recovery().plus(Duration.ofMillis(2_050)));
        spans.add(new FaultSpan(
                mishap.toString(),
                detail,
                mishap.hitsOneWorker() ? victim.name() : "",
                began,
                healed,
                System.nanoTime()));
    }

    public List<FaultSpan> spans() {
        return List.copyOf(spans);
    }
}
