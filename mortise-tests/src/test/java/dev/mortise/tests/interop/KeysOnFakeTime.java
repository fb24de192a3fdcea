package dev.mortise.tests.interop;

import dev.mortise.ClientStatus.Deployment;
import dev.mortise.internal.diagnosis.ServerProbe;
import dev.mortise.internal.script.ReplicatedReply;
import dev.mortise.internal.script.ScanPage;
import dev.mortise.internal.script.Script;
import dev.mortise.internal.script.ScriptRunner;
import dev.mortise.internal.store.KnownServer;
import dev.mortise.internal.store.RequiredCopies;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.testkit.time.FakeTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A server with the keys of other libraries, whose clock is moved by hand. It does what the scripts say that they do. */
final class KeysOnFakeTime implements ScriptRunner {
    private final FakeTime time;
    private final Duration timeout;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<Pop> pops = new ArrayList<>();

    /** How often each script has come. */
    final Map<Script, Integer> asked = new LinkedHashMap<>();

    /** Requests are lost. */
    boolean isSilent;

    /** What is asked is done, and the answer is lost. */
    boolean losesReplies;

    /** Answers are on their way until they are delivered. */
    boolean holdsReplies;

    private final List<Runnable> heldReplies = new ArrayList<>();

    KeysOnFakeTime(FakeTime time, Duration timeout) {
        this.time = time;
        this.timeout = timeout;
    }

    /** As another program does. */
    void set(String key, String value, long millis) {
        long end = millis == 0 ? Long.MAX_VALUE : time.nanos() + TimeUnit.MILLISECONDS.toNanos(millis);
        entries.put(key, new Entry(value, end));
    }

    void delete(String key) {
        entries.remove(key);
    }

    String get(String key) {
        Entry entry = entries.get(key);
        if (entry != null && entry.end <= time.nanos()) {
            entries.remove(key);
            entry = null;
        }
        return entry == null ? "" : entry.value;
    }

    long leftMillis(String key) {
        Entry entry = entries.get(key);
        return entry == null
                ? -2
                : entry.end == Long.MAX_VALUE ? -1 : TimeUnit.NANOSECONDS.toMillis(entry.end - time.nanos());
    }

    int asked(Script script) {
        return asked.getOrDefault(script, 0);
    }

    /** How many wait for a list. */
    int waits() {
        return pops.size();
    }

    /** An element comes: whoever waits first has it; else it stays. */
    void push(String list, long millis) {
        for (Iterator<Pop> all = pops.iterator(); all.hasNext(); ) {
            Pop pop = all.next();
            if (pop.lists.contains(list)) {
                all.remove();
                pop.result.complete(Optional.of(list));
                return;
            }
        }
        set(list, "1", millis);
    }

    /** The first answer that was held arrives, and new ones at once from now on. */
    void deliverFirst() {
        holdsReplies = false;
        heldReplies.remove(0).run();
    }

    /** The connections that wait break, and nothing is known of what they took. */
    void breakWaits() {
        List<Pop> all = List.copyOf(pops);
        pops.clear();
        all.forEach(pop -> pop.result.completeExceptionally(new StoreException(Effect.UNKNOWN, "broken", null)));
    }

    @Override
    public CompletableFuture<Object> run(Script script, List<String> keys, List<String> args) {
        asked.merge(script, 1, Integer::sum);
        CompletableFuture<Object> reply = new CompletableFuture<>();
        time.schedule(
                timeout.toNanos(),
                () -> reply.completeExceptionally(new StoreException(Effect.UNKNOWN, "no answer", null)));
        if (isSilent) {
            return reply;
        }
        Object answer = execute(script, keys, args);
        if (holdsReplies) {
            heldReplies.add(() -> reply.complete(answer));
        } else if (!losesReplies) {
            reply.complete(answer);
        }
        return reply;
    }

    private Object execute(Script script, List<String> keys, List<String> args) {
        String key = keys.get(0);
        String held = get(key);
        switch (script) {
            case INTEROP_ACQUIRE -> {
                if (!held.isEmpty() && !held.endsWith(args.get(0))) {
                    return List.of(0L, leftMillis(key));
                }
                set(key, args.get(1), Long.parseLong(args.get(2)));
                return List.of(1L);
            }
            case INTEROP_RELEASE -> {
                if (!held.isEmpty() && held.endsWith(args.get(0))) {
                    delete(key);
                    if (keys.size() > 1) {
                        delete(keys.get(1));
                        push(keys.get(1), 1000);
                    }
                    return List.of(1L);
                }
                if (args.get(3).equals("1")
                        && held.isEmpty()
                        && get(keys.get(1)).isEmpty()) {
                    push(keys.get(1), 1000);
                }
                return List.of(0L);
            }
            case INTEROP_OFFER -> {
                if (held.isEmpty() && get(keys.get(1)).isEmpty()) {
                    push(keys.get(1), 1000);
                    return List.of(1L);
                }
                return List.of(0L);
            }
            case INTEROP_WAKE -> {
                push(key, 1000);
                return List.of(1L);
            }
            case INTEROP_RENEW -> {
                if (held.isEmpty() || !held.endsWith(args.get(0))) {
                    return List.of(0L);
                }
                long millis = Long.parseLong(args.get(1));
                if (args.get(2).equals("1") || leftMillis(key) < millis) {
                    set(key, held, millis);
                }
                return List.of(1L);
            }
            case INTEROP_LOOK -> {
                return held.isEmpty() ? List.of() : List.of(held, leftMillis(key));
            }
            default -> throw new IllegalArgumentException("not here: " + script);
        }
    }

    @Override
    public CompletableFuture<Object> runApart(Script script, List<String> keys, List<String> args) {
        return run(script, keys, args);
    }

    @Override
    public CompletableFuture<Optional<String>> pop(List<String> keys, long millis) {
        CompletableFuture<Optional<String>> result = new CompletableFuture<>();
        for (String list : keys) {
            if (!get(list).isEmpty()) {
                delete(list);
                result.complete(Optional.of(list));
                return result;
            }
        }
        Pop pop = new Pop(List.copyOf(keys), result);
        pops.add(pop);
        time.schedule(TimeUnit.MILLISECONDS.toNanos(millis), () -> {
            if (pops.remove(pop)) {
                result.complete(Optional.empty());
            }
        });
        return result;
    }

    @Override
    public boolean hasAllKeys() {
        return true;
    }

    @Override
    public CompletableFuture<String> setting(String name) {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public CompletableFuture<String> mode() {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public Deployment deployment() {
        return Deployment.STANDALONE;
    }

    @Override
    public List<KnownServer> servers() {
        return List.of();
    }

    @Override
    public List<ServerProbe> probes() {
        return List.of();
    }

    @Override
    public boolean mayMove() {
        return false;
    }

    @Override
    public String whyNot(String key) {
        return "";
    }

    @Override
    public void onReconnect(Runnable action) {
        // It never breaks as a whole.
    }

    @Override
    public void close() {
        breakWaits();
    }

    @Override
    public CompletableFuture<Object> runBySource(Script script, List<String> keys, List<String> args) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<Object>> runTogether(Script script, List<String> keys, List<String> args) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ReplicatedReply> runCopied(
            Script script, List<String> keys, List<String> args, RequiredCopies wanted) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<ScanPage> scan(String pattern, String cursor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> subscribe(String channel, Listener listener) {
        throw new UnsupportedOperationException();
    }

    private record Entry(String value, long end) {}

    private record Pop(List<String> lists, CompletableFuture<Optional<String>> result) {}
}
