package dev.mortise.tests.model;

import dev.mortise.LockKind;
import dev.mortise.internal.store.AcquireReply;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the clients of a sequence remember, and where the clock stands. */
final class World {
    static final long START_MICROS = 1_800_000_000_000_000L;

    private static final Pattern MOMENT = Pattern.compile("(?:expiry|until) (\\d+)");
    private static final Pattern AHEAD = Pattern.compile("^token (\\d+)\\d{3}$", Pattern.MULTILINE);
    private static final Pattern HEAD = Pattern.compile("^waiter ([1-9]\\d*) ", Pattern.MULTILINE);
    private static final Pattern ABSENT = Pattern.compile("absent (\\d+)");
    private static final Pattern ASKED = Pattern.compile("asked (\\d{6,})");
    private static final long GRACE = 3000;
    private static final long CLAIM = 5000;
    private static final long FRESH = 10_000;
    private static final long SILENT = 15_000;
    private static final long FAR_AHEAD = 100_000_000;
    private static final long DAY = 86_400_000_000L;

    /** Nothing goes on for longer. After a day a server drops what was forgotten, and the model does not. */
    private static final long NEAR = 3_600_000;

    private final SequenceSetup setup;
    private final List<Shape> shapes;
    private final Map<String, Long> tickets = new HashMap<>();
    private final Map<String, Long> heads = new HashMap<>();
    private final Map<String, Long> tokens = new HashMap<>();
    private final NavigableSet<Long> moments = new TreeSet<>();
    private long largestToken;
    private long micros = START_MICROS;

    World(SequenceSetup setup) {
        this.setup = setup;
        this.shapes = new ArrayList<>(setup.shapes());
    }

    Shape shape(int lock) {
        return shapes.get(lock);
    }

    long tickMicros() {
        return setup.tickMicros();
    }

    long micros() {
        return micros;
    }

    void micros(long now) {
        micros = now;
    }

    long ticket(int lock, String leaseId, Step.Memory which, int any) {
        return switch (which) {
            case NONE, STRANGE -> 0;
            case OWN -> tickets.getOrDefault(lock + leaseId, 0L);
            case ANY -> 1 + any * 2L;
        };
    }

    /** The first ticket of the queue, but for that in front; 1 where nobody waits. */
    long head(int lock) {
        return heads.getOrDefault(SequenceSetup.lock(lock), 1L);
    }

    /** The largest token of that lease id, or else that one: a server may have forgotten it. */
    long token(int lock, String leaseId, long otherwise) {
        return tokens.getOrDefault(SequenceSetup.lock(lock) + " " + leaseId, otherwise);
    }

    /** The largest token seen, or one ahead of the clock, a little or far, as of a server whose clock is ahead. */
    long floor(int client, Step.Memory which) {
        return switch (which) {
            case NONE -> 0;
            case OWN -> largestToken;
            case ANY -> micros + (client == 1 ? FAR_AHEAD : 3000L * (client + 1) * (client + 1));
            case STRANGE -> micros + DAY + 1 + client * FAR_AHEAD / 2;
        };
    }

    long proposal(int client, int lock, String leaseId, Step.Proposal which) {
        long before = token(lock, leaseId, micros);
        return switch (which) {
            case CLOCK -> micros;
            case SAME -> before;
            case USED -> before + Fencing.BLOCK - 1;
            case NEXT -> before + Fencing.BLOCK;
            case BEHIND -> micros - Fencing.LAG + client;
            case AHEAD -> micros + (client == 1 ? FAR_AHEAD : 3000L * (client + 1) * (client + 1));
            case STRANGE -> micros + DAY + 1 + client * FAR_AHEAD / 2;
        };
    }

    long boundary(int which, int offsetMillis) {
        long now = micros / 1000;
        NavigableSet<Long> near = moments.headSet(now + NEAR, true);
        Long moment = near.higher(now - Math.min(0, offsetMillis));
        for (int i = 0; i < which && moment != null && near.higher(moment) != null; i++) {
            moment = near.higher(moment);
        }
        return moment == null ? micros : Math.max(micros, (moment + offsetMillis) * 1000);
    }

    /** After a step: what became of it. */
    void learn(Step step, Object reply, Side side) {
        if (step instanceof Step.Acquire acquire && reply instanceof AcquireReply.Queued queued) {
            tickets.put(acquire.lock() + SequenceSetup.lease(acquire.client(), acquire.lease()), queued.ticket());
        }
        if (step instanceof Step.Resize resize && reply.equals(true)) {
            shapes.set(resize.lock(), new Shape(LockKind.SEMAPHORE, resize.capacity()));
        }
        moments.clear();
        for (String lock : SequenceSetup.LOCKS) {
            String state = side.describe(lock);
            Matcher head = HEAD.matcher(state);
            heads.put(lock, head.find() ? Long.parseLong(head.group(1)) : 1);
            collect(MOMENT, state, 0);
            collect(ABSENT, state, GRACE);
            collect(AHEAD, state, 1);
            collect(ASKED, state, CLAIM);
            collect(ASKED, state, FRESH);
            collect(ASKED, state, SILENT);
        }
        collect(MOMENT, side.describeQuiet(), 0);
    }

    void issued(String lock, String leaseId, long token) {
        tokens.merge(lock + " " + leaseId, token, Math::max);
        largestToken = Math.max(largestToken, token);
    }

    private void collect(Pattern pattern, String text, long plus) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            moments.add(Long.parseLong(matcher.group(1)) + plus);
        }
    }
}
