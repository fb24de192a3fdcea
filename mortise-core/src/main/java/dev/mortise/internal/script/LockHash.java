package dev.mortise.internal.script;

import dev.mortise.LockKind;
import dev.mortise.internal.store.Fencing;
import dev.mortise.internal.store.Glance;
import dev.mortise.internal.store.LockRecord;
import dev.mortise.internal.store.Shape;
import dev.mortise.internal.store.StoreException;
import dev.mortise.internal.store.StoreException.Effect;
import dev.mortise.internal.store.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the hash of one lock, as format.lua has it. */
final class LockHash {
    private static final int CLIENT_ID_LENGTH = 22;

    /** Begins as the header of a lock that nobody uses. */
    private static final String NOBODY = "- 0 0";

    private LockHash() {}

    static LockRecord read(Fields fields) {
        try {
            return read(fields.nowMillis(), fields.byName());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    /** What glancing.lua has answered. */
    static Glance glance(List<?> parts) {
        Map<String, String> fields = new HashMap<>();
        Replies.fields(parts.subList(3, parts.size()), fields);
        try {
            LockRecord record = read(Replies.number(parts.get(0)), fields);
            long live = record.holders().stream()
                    .mapToLong(LockRecord.Holder::permits)
                    .sum();
            String header = fields.get("v");
            if (header == null) {
                return new Glance(record, live, 0, 0);
            }
            String[] words = header.split(" ", -1);
            // Those whose lease is over still count in the header, until a call drops them.
            long over = permits(fields) - live;
            return new Glance(
                    record,
                    Math.max(live, Long.parseLong(words[1]) - over),
                    Long.parseLong(words[7]),
                    Replies.number(parts.get(2)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static long permits(Map<String, String> fields) {
        return fields.entrySet().stream()
                .filter(field -> field.getKey().startsWith("h:"))
                .mapToLong(field -> Long.parseLong(field.getValue().split("\t", 2)[0]))
                .sum();
    }

    private static StoreException damaged(RuntimeException cause) {
        return new StoreException(Effect.REFUSED, "the stored record of this lock is damaged", cause);
    }

    private static LockRecord read(long now, Map<String, String> stored) {
        Map<String, String> fields = withHeader(stored);
        List<LockRecord.Holder> holders = new ArrayList<>();
        List<LockRecord.Waiter> waiters = new ArrayList<>();
        fields.forEach((field, value) -> {
            if (field.startsWith("h:")) {
                String leaseId = field.substring(2);
                LockRecord.Holder holder =
                        holder(leaseId, value, Tags.decode(fields.getOrDefault("o:" + leaseId, Tags.NONE)));
                if (holder.expiryMillis() == 0 || holder.expiryMillis() > now) {
                    holders.add(holder);
                }
            } else if (field.startsWith("q:")) {
                waiters.add(waiter(Long.parseLong(field.substring(2)), value));
            }
        });
        holders.sort(Comparator.comparingLong(LockRecord.Holder::token));
        waiters.sort(Comparator.comparingLong(LockRecord.Waiter::ticket));
        String[] header = fields.getOrDefault("v", NOBODY).split(" ", -1);
        Optional<Shape> shape = header[0].equals("-") ? Optional.empty() : Optional.of(Shape.decode(header[0]));
        long token = Long.parseLong(header[2]);
        long lastToken = shape.map(use -> use.quorum() ? Math.max(0, token - Fencing.LAG) : token)
                .orElse(0L);
        return new LockRecord(shape, now, lastToken, holders, waiters);
    }

    /** As it will be when somebody else wants it: a holder that is alone has no header, and begins with what stands there. */
    static Map<String, String> withHeader(Map<String, String> fields) {
        Optional<String> alone = fields.size() == 2 && !fields.containsKey("v")
                ? fields.keySet().stream().filter(each -> each.startsWith("h:")).findFirst()
                : Optional.empty();
        if (alone.isEmpty()) {
            return fields;
        }
        String field = alone.get();
        String[] parts = String.valueOf(fields.get(field)).split("\t", 2);
        Shape shape = Shape.decode(parts[0]);
        long last = Long.parseLong(parts[1].split("\t", 5)[3])
                + (shape.kind() == LockKind.SEMAPHORE ? 1 : Fencing.BLOCK)
                - 1;
        Map<String, String> whole = new HashMap<>(fields);
        whole.put(field, parts[1]);
        whole.put("v", parts[0] + " 0 " + last);
        return whole;
    }

    private static LockRecord.Holder holder(String leaseId, String value, Tag tag) {
        String[] parts = value.split("\t", -1);
        long token = Long.parseLong(parts[3]);
        String adoption = parts[6];
        String client = adoption.isEmpty() ? leaseId : adoption.substring(adoption.indexOf(':') + 1);
        return new LockRecord.Holder(
                leaseId,
                clientOf(client),
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                token,
                token / 1000 - Long.parseLong(parts[5]),
                tag.owner(),
                tag.label());
    }

    private static LockRecord.Waiter waiter(long ticket, String value) {
        String[] parts = value.split("\t", -1);
        return new LockRecord.Waiter(
                parts[0],
                clientOf(parts[0]),
                ticket,
                Long.parseLong(parts[1]),
                Long.parseLong(parts[3]),
                parts[5],
                parts[6]);
    }

    static String clientOf(String id) {
        return id.substring(0, Math.min(CLIENT_ID_LENGTH, id.length()));
    }

    /**
     * What a key holds.
     *
     * @param nowMillis the clock of the server
     */
    record Fields(long nowMillis, Map<String, String> byName) {}
}
