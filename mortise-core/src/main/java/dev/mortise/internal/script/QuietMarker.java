package dev.mortise.internal.script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The quiet period of one server, if it keeps one: what the scripts need to know, and the marker's first making. */
public final class QuietMarker {
    /** What a client says of itself that has met no process here, but knows from others that there was one. */
    private static final String OTHERS_KNEW = "?";

    private final Optional<String> key;
    private final String millis;

    /** Run id of the process this client met last; empty before the first. Written on boot replies only. */
    private volatile String knownRun = "";

    private QuietMarker(Optional<String> key, String millis) {
        this.key = key;
        this.millis = millis;
    }

    /** No quiet period. */
    public static QuietMarker none() {
        return new QuietMarker(Optional.empty(), "0");
    }

    /** After a start that may have lost writes, nobody is granted anything for so long. */
    public static QuietMarker of(Keys keys, Duration period) {
        return new QuietMarker(Optional.of(keys.meta()), Long.toString(period.toMillis()));
    }

    boolean isKept() {
        return key.isPresent();
    }

    List<String> keys(String lock) {
        return key.isPresent() ? List.of(lock, key.get()) : List.of(lock);
    }

    List<String> keys(List<String> locks) {
        return plus(locks, key);
    }

    List<String> args(List<String> args) {
        return plus(args, key.map(marker -> millis));
    }

    CompletableFuture<Boolean> isNew(ScriptRunner runner) {
        return key.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : runner.run(Script.IS_NEW, List.of(key.get()), List.of())
                        .thenApply(reply -> Replies.number(reply) == 1);
    }

    /** There was a process here before, whatever this client finds. To be called before the first boot. */
    void othersKnew() {
        knownRun = OTHERS_KNEW;
    }

    CompletableFuture<Void> boot(ScriptRunner runner) {
        if (key.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return runner.run(Script.BOOT, List.of(key.get()), List.of(knownRun, millis))
                .thenAccept(reply -> knownRun = (String) Replies.list(reply).get(0));
    }

    private static List<String> plus(List<String> list, Optional<String> more) {
        if (more.isEmpty()) {
            return list;
        }
        List<String> longer = new ArrayList<>(list);
        longer.add(more.get());
        return longer;
    }
}
