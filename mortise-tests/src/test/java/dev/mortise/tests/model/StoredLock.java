package dev.mortise.tests.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the hash of a lock without any code of the product, checks that it is well-formed, and tells what it says. */
final class StoredLock {
    private static final Pattern HOLDER = Pattern.compile("(\\d+)\t(\\d+)\t(\\d+)\t(\\d+)\t(\\d+)\t(-?\\d+)\t([^\t]*)");
    private static final Pattern WAITER = Pattern.compile("([^\t]+)\t(\\d+)\t(\\d+)\t(\\d+)\t(\\d+)\t([^\t]*\t[^\t]*)");
    private static final Pattern TOMBSTONE = Pattern.compile("(\\d+)\t(w|f.*)");
    private static final Pattern ABSENCE = Pattern.compile("(\\d+)\t(\\d+)");
    private static final Pattern SHAPE = Pattern.compile("[12]:(m|rw|s):(\\d+)");
    private static final Pattern HEADER = Pattern.compile(
            "(?<v>\\S+) (?<u>\\d+) (?<t>\\d+) (?<e>\\d+) (?<g>\\d+) (?<up>\\^?)(?<qh>\\d+) (?<qt>\\d+) (?<qn>\\d+) (?<z>\\d+)");
    private static final Pattern ONLY =
            Pattern.compile("(?<shape>1:\\S+)\t(?<record>(?<u>\\d+)\t[1-9]\\d*\t(?<e>[1-9]\\d*)\t(?<token>\\d+)\t.*)");
    private static final String NO_HEADER = "- 0 0 0 0 1 0 0 0";
    private static final Set<String> SINGLE = Set.of("v", "k", "c", "s", "p", "y");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;

    private final Map<String, String> fields;
    private final long ttl;
    private final long micros;
    private final long now;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Matcher> holders = new TreeMap<>();
    private final NavigableMap<Long, Matcher> waiters = new TreeMap<>();
    private final Map<String, Long> tickets = new HashMap<>();
    private final Map<String, Matcher> tombstones = new TreeMap<>();
    private final Map<String, String> owners = new TreeMap<>();
    private final NavigableMap<Long, String> stones = new TreeMap<>();
    private final Matcher header;
    private final Map<String, Matcher> absences = new TreeMap<>();
    private final Map<String, Long> attempts = new TreeMap<>();

    /** @param ttl of the key, in ms, as PTTL says */
    StoredLock(Map<String, String> fields, long ttl, long micros) {
        this.fields = withHeader(fields);
        this.ttl = ttl;
        this.micros = micros;
        this.now = micros / 1000;
        header = match(HEADER, "v", this.fields.getOrDefault("v", NO_HEADER))
                .or(() -> match(HEADER, "v", NO_HEADER))
                .orElseThrow();
        expect(fields.isEmpty() || this.fields.containsKey("v"), "no header");
        this.fields.forEach(this::sort);
        check();
    }

    /** A holder that is alone has no header, and begins with what stands there. */
    private static Map<String, String> withHeader(Map<String, String> fields) {
        String field = fields.keySet().stream()
                .filter(each -> each.startsWith("h:"))
                .findFirst()
                .orElse("");
        if (fields.containsKey("v") || fields.size() != 2) {
            return fields;
        }
        Matcher only = ONLY.matcher(String.valueOf(fields.get(field)));
        if (!field.startsWith("h:") || !only.matches()) {
            return fields;
        }
        long last = Long.parseLong(only.group("token")) + (only.group("shape").contains(":s:") ? 0 : 63);
        String header = only.group("shape") + " " + only.group("u") + " " + last + " " + only.group("e") + " 1 1 0 0 0";
        Map<String, String> whole = new HashMap<>(fields);
        whole.put(field, String.valueOf(only.group("record")));
        whole.put("v", header);
        return whole;
    }

    /** What is wrong with the hash, if anything. */
    List<String> faults() {
        return faults;
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** No lease ends before this, 0 = none ends. */
    long noneEndsBefore() {
        return header("e");
    }

    /** No token up to this is issued again. */
    long lastToken() {
        return header("t");
    }

    /** Whether this is a node of a quorum. */
    boolean isVoted() {
        return shape().startsWith("2:");
    }

    /** How many tokens come with a grant. */
    long block() {
        return shape().contains(":s:") ? 1 : 64;
    }

    /** Whether that lease has all permits. */
    boolean isAlone(String leaseId) {
        Matcher holder = holders.get(leaseId);
        return holder != null && shape().endsWith(":" + holder.group(1));
    }

    int waiting() {
        return waiters.size();
    }

    boolean isHeld() {
        return !holders.isEmpty();
    }

    /** Token by lease id. */
    Map<String, Long> tokens() {
        Map<String, Long> tokens = new HashMap<>();
        holders.forEach((id, holder) -> tokens.put(id, number(holder, 4)));
        return tokens;
    }

    /** Counts changes of who holds and who waits. */
    long changes() {
        return header("g");
    }

    /** Permits in use above the capacity, as after a resize. */
    long excess() {
        return isHeld() ? Math.max(0, header("u") - Long.parseLong(shape().replaceFirst(".*:", ""))) : 0;
    }

    /** How many of the oldest tombstones are over then, before the first that is not. */
    long overdue(long atMillis) {
        return stones.values().stream()
                .takeWhile(id -> tombstones.get(id) == null || number(tombstones.get(id), 1) <= atMillis)
                .count();
    }

    /** Whether the hash is another. */
    boolean differs(StoredLock other) {
        return !fields.equals(other.fields);
    }

    /** Who holds and who waits. */
    Set<String> members() {
        Set<String> members = new HashSet<>();
        holders.forEach((id, holder) -> members.add("holder " + id + " " + holder.group(4)));
        waiters.forEach((ticket, waiter) -> members.add("waiter " + ticket + " " + waiter.group(1)));
        return members;
    }

    /** In the form of the model. */
    String describe() {
        StringBuilder text = new StringBuilder();
        if (!shape().equals("-")) {
            text.append("shape ").append(shape());
            text.append(" token ").append(header("t"));
            text.append(" tickets ").append(header("qt")).append('\n');
        } else if (header("t") >= micros) {
            text.append("token ").append(header("t")).append('\n');
        }
        if (fields.containsKey("k")) {
            text.append("kept until ").append(fields.get("k")).append('\n');
        }
        if (fields.containsKey("c")) {
            text.append("curious ").append(fields.get("c").replace('\t', ' ')).append('\n');
        }
        holders.forEach((id, holder) -> text.append("holder ")
                .append(id)
                .append(" permits ")
                .append(holder.group(1))
                .append(" lease ")
                .append(holder.group(2))
                .append(" expiry ")
                .append(holder.group(3))
                .append(" token ")
                .append(holder.group(4))
                .append(" renewals ")
                .append(holder.group(5))
                .append(" since ")
                .append(number(holder, 4) / 1000 - number(holder, 6))
                .append(" adoption ")
                .append(holder.group(7))
                .append(" absent ")
                .append(absentSince(id, holder))
                .append(" attempt ")
                .append(attempts.getOrDefault(id, 0L))
                .append(" note ")
                .append(owners.get(id))
                .append('\n'));
        waiters.forEach((ticket, waiter) -> text.append("waiter ")
                .append(ticket)
                .append(" lease id ")
                .append(waiter.group(1))
                .append(" permits ")
                .append(waiter.group(2))
                .append(" lease ")
                .append(waiter.group(3))
                .append(" since ")
                .append(waiter.group(4))
                .append(" asked ")
                .append(waiter.group(5))
                .append(" note ")
                .append(waiter.group(6))
                .append('\n'));
        tombstones.forEach((id, stone) -> {
            if (number(stone, 1) > now) {
                text.append("tombstone ").append(id).append(" until ").append(stone.group(1));
                text.append(
                        stone.group(2).equals("w")
                                ? " withdrawn"
                                : " forced " + stone.group(2).substring(1));
                text.append('\n');
            }
        });
        return text.toString();
    }

    private long absentSince(String id, Matcher holder) {
        Matcher absence = absences.get(id);
        return absence != null && absence.group(1).equals(holder.group(5)) ? number(absence, 2) : -1;
    }

    private void sort(String field, String value) {
        if (SINGLE.contains(field)) {
            return;
        }
        String rest = field.length() > 2 ? field.substring(2) : "";
        switch (field.substring(0, Math.min(2, field.length()))) {
            case "h:" -> match(HOLDER, field, value).ifPresent(it -> holders.put(rest, it));
            case "q:" -> match(WAITER, field, value).ifPresent(it -> waiters.put(Long.valueOf(rest), it));
            case "w:" -> tickets.put(rest, Long.valueOf(value));
            case "o:" -> owners.put(rest, value);
            case "y:" -> stones.put(Long.valueOf(rest), value);
            case "x:" -> match(TOMBSTONE, field, value).ifPresent(it -> tombstones.put(rest, it));
            case "d:" -> match(ABSENCE, field, value).ifPresent(it -> absences.put(rest, it));
            case "a:" -> attempts.put(rest, Long.valueOf(value));
            default -> faults.add("a field that is not known: " + field);
        }
    }

    private Optional<Matcher> match(Pattern form, String field, String value) {
        Matcher matcher = form.matcher(value);
        if (matcher.matches()) {
            return Optional.of(matcher);
        }
        faults.add("not well-formed: " + field + " = " + value);
        return Optional.empty();
    }

    private void check() {
        if (!faults.isEmpty() || fields.isEmpty()) {
            return;
        }
        expect(owners.keySet().equals(holders.keySet()), "owners " + owners.keySet() + " of " + holders.keySet());
        boolean idle = holders.isEmpty() && waiters.isEmpty();
        expect(ttl != LuaServer.Stored.FOR_EVER, "the key has no TTL");
        if (idle) {
            expect(
                    header.group().equals("- 0 " + header("t") + " 0 0 1 0 0 " + header("z")),
                    "an idle lock keeps " + header.group());
            expect(header("t") > 0 || header("z") > 0, "an idle lock keeps nothing");
            expect(!fields.containsKey("c") && !fields.containsKey("k"), "an idle lock keeps " + fields.keySet());
            long ahead = Math.floorDiv(header("t") - micros, 1000L) + 1;
            expect(ahead <= 0 || ttl > ahead - MINUTE, "the key dies before the clock has passed t");
            expect(ttl <= Math.max(header("z") - now, ahead) + 1, "the key of an idle lock lives too long: " + ttl);
        } else {
            checkHeader();
        }
        long lastTombstone = tombstones.values().stream()
                .mapToLong(stone -> number(stone, 1))
                .max()
                .orElse(0);
        expect(header("z") >= lastTombstone, "z is before the end of a tombstone");
        expect(header("z") == 0 || !tombstones.isEmpty(), "z without a tombstone");
        String[] range = fields.getOrDefault("y", "0 0").split(" ", -1);
        long first = Long.parseLong(range[0]);
        expect(
                stones.isEmpty() || stones.firstKey() == first && stones.lastKey() + 1 == Long.parseLong(range[1]),
                "tombstones " + stones.keySet() + " are not " + fields.get("y"));
        expect(!fields.containsKey("y") || !stones.isEmpty(), "y without a tombstone");
        expect(stones.size() == Long.parseLong(range[1]) - first, "tombstones without a number");
        expect(new HashSet<>(stones.values()).containsAll(tombstones.keySet()), "a tombstone that none clears");
        expect(lastTombstone <= now || ttl > lastTombstone - now - MINUTE, "the key dies before a tombstone");
        expect(holders.keySet().containsAll(attempts.keySet()), "attempts of no holder: " + attempts.keySet());
        absences.forEach((id, absence) -> {
            Matcher holder = holders.get(id);
            expect(holder != null && number(holder, 3) == 0, "an absence of a holder that has an expiry: " + id);
        });
    }

    private void checkHeader() {
        Matcher shape = SHAPE.matcher(shape());
        expect(shape.matches(), "no shape: " + shape());
        if (!shape.matches()) {
            return;
        }
        long capacity = Long.parseLong(shape.group(2));
        boolean shared = shape.group(1).equals("rw");
        long used = 0;
        long earliest = Long.MAX_VALUE;
        long latest = 0;
        for (Matcher holder : holders.values()) {
            used += number(holder, 1);
            expect(number(holder, 1) > 0, "a holder of no permits");
            expect(
                    !shared || number(holder, 1) == 1 || number(holder, 1) == capacity,
                    "neither a reader nor a writer: " + number(holder, 1));
            expect(number(holder, 4) <= header("t"), "t is below a token");
            if (number(holder, 3) > 0) {
                earliest = Math.min(earliest, number(holder, 3));
                latest = Math.max(latest, number(holder, 3));
            }
        }
        expect(used == header("u"), "u is " + header("u") + ", holders have " + used);
        expect(used <= capacity || shape.group(1).equals("s"), "more permits in use than there are");
        boolean ends = earliest != Long.MAX_VALUE;
        expect(!ends || header("e") > 0 && header("e") <= earliest, "e is after the end of a lease: " + header("e"));
        expect(!holders.isEmpty() || header("e") == 0, "e without a holder: " + header("e"));
        expect(waiters.size() == header("qn"), "qn is " + header("qn") + " for " + waiters.size());
        Map<String, Long> byId = new HashMap<>();
        waiters.forEach((ticket, waiter) -> byId.put(waiter.group(1), ticket));
        waiters.forEach((ticket, waiter) -> {
            Matcher holder = holders.get(String.valueOf(waiter.group(1)));
            if (ticket == 0) {
                expect(
                        holder != null && number(holder, 1) + number(waiter, 2) == capacity,
                        "no reader waits to be the writer, or not for " + waiter.group(2));
            } else {
                expect(holder == null || isOver(holder), "a waiter that holds: " + waiter.group(1));
            }
        });
        expect(!fields.containsKey("k") || isVoted() && !waiters.isEmpty(), "k where nobody waits");
        expect(
                !fields.containsKey("c") || waiters.isEmpty() && !holders.isEmpty(),
                "c while others wait, or nobody holds");
        expect(
                waiters.containsKey(0L) != String.valueOf(header.group("up")).isEmpty(),
                "the mark of ticket 0 is wrong");
        expect(byId.equals(tickets), "q and w do not match: " + byId + " and " + tickets);
        if (!waiters.isEmpty()) {
            Long head = waiters.ceilingKey(1L);
            expect(head == null || header("qh") <= head, "qh is behind the first ticket");
            expect(waiters.lastKey() <= header("qt"), "qt is before the last ticket");
        }
        boolean noExpiry = holders.values().stream().anyMatch(holder -> number(holder, 3) == 0);
        expect(!noExpiry || ttl > 365 * 24 * HOUR, "the key of a lease without expiry dies too early: " + ttl);
        // Renewals of short leases make it live longer only now and then.
        expect(ttl > 3 * HOUR && ttl > latest - now + HOUR, "the key dies too early: " + ttl);
    }

    private boolean isOver(Matcher holder) {
        return number(holder, 3) > 0 && number(holder, 3) <= now;
    }

    private void expect(boolean condition, String fault) {
        if (!condition) {
            faults.add(fault);
        }
    }

    private String shape() {
        return String.valueOf(header.group("v"));
    }

    private long header(String word) {
        return Long.parseLong(header.group(word));
    }

    private static long number(Matcher matcher, int group) {
        return Long.parseLong(String.valueOf(matcher.group(group)));
    }
}
